"""`doorward bench hash`: PDQ of pixels and of JPEG files, ours and the libraries', on the same pictures."""
