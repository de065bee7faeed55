"""Maps on paper: the view that the reader has, under the same scope, as a PDF with its receipt."""
