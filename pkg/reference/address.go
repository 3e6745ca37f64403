package reference

import (
	"net/netip"
	"slices"
)

// special are the ranges that belong to nobody on the public internet and are
// not already known to net/netip as private, local or multicast (IANA special-
// purpose address registries, 2026-11). 100.64.0.0/10, shared by providers'
// customers, is where one cloud keeps its metadata.
var special = parsePrefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "64:ff9b:1::/48", "fec0::/10",
)

// Ranges whose addresses carry one of IPv4: after so many bytes.
var carriers = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12, // NAT64
	netip.MustParsePrefix("2002::/16"):    2,  // 6to4
}

func parsePrefixes(texts ...string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, text := range texts {
		prefixes = append(prefixes, netip.MustParsePrefix(text))
	}
	return prefixes
}

// Public says that an address belongs to the public internet: not to this
// machine, a private network, a provider's inside or a cloud's metadata
// service.
func Public(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	if !address.IsGlobalUnicast() || address.IsPrivate() || slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(address) }) {
		return false
	}
	for prefix, at := range carriers {
		if prefix.Contains(address) {
			bytes := address.As16()
			return Public(netip.AddrFrom4([4]byte(bytes[at : at+4])))
		}
	}
	return true
}
