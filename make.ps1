# .\make.ps1 run | test | bench | clean      the Windows twin of the Makefile; messages stay ASCII for old consoles
param([ValidateSet("run", "test", "bench", "clean")][string]$Verb = "run")
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
$python = ".venv\Scripts\python.exe"

function Find-Python {
    $check = "import sys; sys.exit(sys.version_info < (3, 11))"
    foreach ($candidate in @(@("py", "-3"), @("python"), @("python3"))) {
        if (Get-Command $candidate[0] -ErrorAction SilentlyContinue) {
            $rest = @($candidate | Select-Object -Skip 1)
            & $candidate[0] @rest -c $check
            if ($LASTEXITCODE -eq 0) { return , $candidate }
        }
    }
    throw "Python 3.11 or newer was not found"
}

function Install-Package([string]$what) {
    if (-not (Test-Path $python)) {
        $found = Find-Python
        $rest = @($found | Select-Object -Skip 1)
        & $found[0] @rest -m venv .venv
        if ($LASTEXITCODE -ne 0) { exit 2 }
    }
    & $python -m pip install --quiet --disable-pip-version-check --editable $what
    if ($LASTEXITCODE -ne 0) { exit 2 }
}

switch ($Verb) {
    "run" {
        Install-Package "."
        & ".venv\Scripts\xl-credit.exe" regenerate workbooks\2026Q3 --quarter 2026Q3 --previous workbooks\2026Q2 --out build\2026Q3
        if ($LASTEXITCODE -gt 1) { exit $LASTEXITCODE }
        Write-Output "Done: build\2026Q3 (the problems above are in the sample on purpose)"
        exit 0
    }
    "test" { Install-Package ".[test]"; & $python -m pytest -n 2 --dist loadgroup; exit $LASTEXITCODE }
    "bench" { Install-Package ".[bench]"; & $python benchmarks\run.py; exit $LASTEXITCODE }
    "clean" { Remove-Item -Recurse -Force -ErrorAction SilentlyContinue .venv, build, dist, node_modules; exit 0 }
}
