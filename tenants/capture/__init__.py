"""What telephones send: ratings sealed for their landlord, received once, never lost, put aside where rights ended."""
