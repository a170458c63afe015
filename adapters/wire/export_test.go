package wire

import "net/netip"

// Public lets the specs ask about addresses without calling them.
func Public(a netip.Addr) bool { return public(a) }

// NewFile is a File as a download makes one.
func NewFile(data []byte) *File { return newFile(data) }
