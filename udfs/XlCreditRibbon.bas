Attribute VB_Name = "XlCreditRibbon"
Option Explicit

' Every button of the tab comes here; its tag names the command, which Python carries out on the active workbook.
Public Sub XlCreditCommand(control As IRibbonControl)
    If ActiveWorkbook Is Nothing Then Exit Sub
    RunPython "import udfs.excel; udfs.excel.run('" & control.Tag & "')"
    Application.OnTime Now + TimeSerial(0, 0, 20), "'" & ThisWorkbook.Name & "'!XlCreditClearStatusBar"
End Sub

' What the command said has been read by now; Excel has its status bar back.
Public Sub XlCreditClearStatusBar()
    Application.StatusBar = False
End Sub
