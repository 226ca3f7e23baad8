Attribute VB_Name = "XlCreditWizard"
Option Explicit
Option Private Module

' Gives the function wizard the category, descriptions and argument help that the sheet _IntelliSense_ holds:
' row 1 has the category in column 3; below, each row has name, description, nothing, and then a name and a help text
' for each argument. What goes wrong here must never keep the functions from working.
Public Sub XlCreditDescribe()
    Dim excel As Object, sheet As Worksheet, row As Long, updating As Boolean
    On Error GoTo finish
    Set excel = Application ' late bound: some Excels for Mac know no ArgumentDescriptions
    Set sheet = ThisWorkbook.Worksheets("_IntelliSense_")
    updating = excel.ScreenUpdating
    excel.ScreenUpdating = False
    ThisWorkbook.IsAddin = False ' MacroOptions refuses a hidden workbook
    row = 2
    Do While sheet.Cells(row, 1).Value <> ""
        DescribeOne excel, sheet, row
        row = row + 1
    Loop
finish:
    On Error Resume Next
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
    excel.ScreenUpdating = updating
End Sub

Private Sub DescribeOne(excel As Object, sheet As Worksheet, row As Long)
    Dim help() As String, count As Long, macro As String
    Do While sheet.Cells(row, 4 + 2 * count).Value <> ""
        ReDim Preserve help(count)
        help(count) = sheet.Cells(row, 5 + 2 * count).Value
        count = count + 1
    Loop
    macro = "'" & ThisWorkbook.Name & "'!" & sheet.Cells(row, 1).Value
    On Error Resume Next
    excel.MacroOptions Macro:=macro, Description:=sheet.Cells(row, 2).Value, Category:=sheet.Cells(1, 3).Value, ArgumentDescriptions:=help
    If Err.Number <> 0 Then
        Err.Clear
        excel.MacroOptions Macro:=macro, Description:=sheet.Cells(row, 2).Value, Category:=sheet.Cells(1, 3).Value
    End If
End Sub
