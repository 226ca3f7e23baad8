"""Customer service (客户服务管理办法): a branch's service workbook read, its visits planned, its months rolled up."""
