package judge

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.com/digilocker/specs/document"
)

// IsLink says whether a text is a link like the documented or recorded one, which may be a
// placeholder such as "User login url": absolute, without a user, quotes or what no address has,
// with a path or a query if that has one, and encrypted unless that is not, or it leads to this
// machine or a host of the same network, as a simulator's do.
func IsLink(want, got string) bool {
	u, err := url.Parse(got)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsFunc(got, isNoneOfLink) {
		return false
	}
	w, err := url.Parse(want)
	isLink := err == nil && w.Host != ""
	if isLink && leads(w) && !leads(u) {
		return false
	}
	switch near := isNear(u); u.Scheme {
	case "https":
		return near || !isLink || w.Port() != "" || u.Port() == ""
	case "http":
		return near || isLink && w.Scheme == "http"
	}
	return false
}

// isNoneOfLink says whether no link has that sign: a space, a quote, what is not printed, and any
// letter beyond ASCII, which travels encoded.
func isNoneOfLink(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'<>\\", r) }

// leads says whether a link leads further than to a front page.
func leads(u *url.URL) bool { return strings.Trim(u.Path, "/") != "" || u.RawQuery != "" }

// isNear says whether a link leads to this machine or to a host of the same network.
func isNear(u *url.URL) bool {
	return !strings.Contains(u.Hostname(), ".") || strings.HasPrefix(u.Hostname(), "127.")
}

// isLink says whether a text is a link like the wanted one, and leads where links of the provider
// do: to the site that is documented or recorded at the pointer, that is called, or that the
// request names. What is documented without a path is a placeholder and names no site; a
// simulator's recording says nothing of the provider's sites.
func (c comparison) isLink(want, got, at string) bool {
	if !IsLink(want, got) {
		return false
	}
	u, _ := url.Parse(got) // it is a link
	base, err := url.Parse(c.Base)
	if isNear(u) {
		return err != nil || isNear(base)
	}
	w, err := url.Parse(want)
	if err != nil || w.Host == "" || !leads(w) || !c.byExample && c.Simulated {
		return true
	}
	sites := []string{site(w), site(base)}
	for _, n := range []*node{c.example.at(at), c.recording.at(at)} {
		if n != nil {
			sites = append(sites, siteOf(n.text))
		}
	}
	tokens := document.Tokens(at)
	if asked, ok := c.Echo[tokens[len(tokens)-1]].(string); ok {
		sites = append(sites, siteOf(asked))
	}
	return slices.Contains(sites, site(u)) && (u.Fragment == "" || w.Fragment != "")
}

// hasParameters says whether a link has each parameter, by name, that the wanted one has.
func hasParameters(want, got string) bool {
	w, errW := url.Parse(want)
	u, errU := url.Parse(got)
	if errW != nil || errU != nil {
		return errW != nil
	}
	for name := range w.Query() {
		if !u.Query().Has(name) {
			return false
		}
	}
	return true
}

// site is what a host is a part of, as far as it belongs to one owner.
func site(u *url.URL) string {
	if site, err := publicsuffix.EffectiveTLDPlusOne(u.Hostname()); err == nil {
		return site
	}
	return u.Hostname()
}

// siteOf is the site of a text that may be a link; "" of any other, which is no link's.
func siteOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return site(u)
}
