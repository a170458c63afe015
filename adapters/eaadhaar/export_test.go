package eaadhaar

// Read reads the fields of a root element.
var Read = read
