package kyctest

import (
	"fmt"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// construction are the checks of a provider that was just made.
func (l *list) construction() {
	l.group = "when it is made"
	for _, try := range []struct{ name, base string }{
		{"that is empty", ""},
		{"that is relative", "/verification"},
		{"without a host", "https://"},
		{"with a port alone", "https://:8443"},
		{"of another scheme", "ftp://provider.example"},
		{"that is no URL", "https://provider.example:port"},
		{"with a password", "https://somebody:" + seed + "@provider.example"},
		{"with a query", "https://provider.example/?a=" + seed},
		{"with an empty query", "https://provider.example/?"},
		{"with a fragment", "https://provider.example/#" + seed},
	} {
		l.add("refuses the base URL "+try.name, func(c check) {
			c.over()
			given := "a base URL " + try.name
			_, err := c.New(try.base, nil)
			c.invalid("New", given, "", nil, err)
			c.silent("New", given, err, seed)
		})
	}

	l.add("takes the base URL with a path, and a slash at its end", func(c check) {
		c.over()
		given := "a base URL with a path and a slash at its end"
		ref := c.ref()
		p, s := c.answering(teapot)
		_, _ = c.call(c.Context(), p, c.asking(), ref)
		p = c.adapter(s.URL + "/base/")
		_, _ = c.call(c.Context(), p, c.asking(), ref)
		place := func(request string) string { // method and path: the rest may have a new id in each call
			return request[:strings.IndexAny(request, "?\n")]
		}
		if r := s.requests(); len(r) != 2 || place(r[0]) != place(r[1]) {
			c.wrong("New", given, "the calls that are made without the slash", "others, or none")
		}
	})

	l.add("refuses missing credentials", func(c check) {
		if c.Bare == nil {
			c.Skip("Subject.Bare is nil: the provider needs no credentials")
		}
		_, err := c.Bare("https://provider.example")
		c.invalid("New", "no credentials", "", nil, err)
	})

	l.add("shows no secret in any way of printing it", func(c check) {
		if len(c.Secrets) == 0 {
			c.Skip("Subject.Secrets is empty: the provider has no secrets")
		}
		for _, v := range append([]any{c.any()}, c.Printed...) {
			if how := showing(v, c.Secrets...); how != "" {
				c.wrong("New", "secrets", fmt.Sprintf("a %T that shows none when it is printed %s", v, how), "one that does")
			}
		}
	})

	l.add("can do what its description says, and no more", func(c check) {
		got, want := kyc.Capabilities(c.any()), slices.Clone(c.Can)
		slices.Sort(got)
		slices.Sort(want)
		want = slices.Compact(want)
		if !slices.Equal(got, want) {
			c.wrong("kyc.Capabilities", "the provider", fmt.Sprintf("what Subject.Can says, %q", want), fmt.Sprintf("%q", got))
		}
	})
}
