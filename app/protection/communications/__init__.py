"""Communications to whom must know: what one says, the document as it was signed, its print, PDF and check."""
