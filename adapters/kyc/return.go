package kyc

import (
	"net/url"
	"slices"
	"strings"
)

// ReturnQuery is what the address that a user came back to says under those names, for a
// [ReturnParser]. Other parameters are the caller's own: whatever they hold, they cost the
// user nothing. Only "&" divides two parameters, as a semicolon belongs to the value; a
// percent sign that begins no escape stands for itself.
func ReturnQuery(u *url.URL, names ...string) url.Values {
	query := url.Values{}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = unescaped(name); slices.Contains(names, name) {
			query.Add(name, unescaped(value))
		}
	}
	return query
}

// unescaped is url.QueryUnescape for what people and providers really write.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			c, _ := url.PathUnescape(s[i : i+3]) // which was just looked at
			b.WriteString(c)
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
