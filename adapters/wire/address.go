package wire

import (
	"net/netip"
	"slices"
)

// allows reports whether a may be dialled. An IPv4 address in IPv6 clothes is
// no public address: package net dials the plain one.
func (d Downloader) allows(a netip.Addr) bool { return d.listed(a) || public(a) }

// listed reports whether a is one of Allow.
func (d Downloader) listed(a netip.Addr) bool {
	return slices.ContainsFunc(d.Allow, func(prefix netip.Prefix) bool { return prefix.Contains(a) })
}

// public reports whether a belongs to the public internet. Of IPv6 only
// 2000::/3 does. Source: the IANA registries of special-purpose addresses.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	if a.Is6() && !netip.MustParsePrefix("2000::/3").Contains(a) {
		return false // IPv4-mapped, NAT64, unique local, site-local, ...
	}
	for _, special := range [...]string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // carrier-grade NAT
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relays
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"240.0.0.0/4",     // reserved
		"2001::/23",       // Teredo and other protocols
		"2001:db8::/32",   // documentation
		"2002::/16",       // 6to4: an IPv4 address inside
		"3fff::/20",       // documentation
	} {
		if netip.MustParsePrefix(special).Contains(a) {
			return false
		}
	}
	return true
}
