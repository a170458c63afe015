package wire

import "net/netip"

// Public lets the specs ask about addresses without calling them.
func Public(a netip.Addr) bool { return public(a) }
