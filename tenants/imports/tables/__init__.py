"""Tables that people bring (CSV, XLSX, ODS): opened in a child process, handed over row by row."""
