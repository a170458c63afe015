package authpartner_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("New", func() {
	refuses := func(member, base string, creds authpartner.Credentials, opts authpartner.Options) {
		GinkgoHelper()
		_, err := authpartner.New(base, creds, opts)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(member))
		suite.Silent(err, append(secrets, seed)...)
	}
	keys := func(o authpartner.Options) authpartner.Options {
		o.Keys = []authpartner.Key{key(1)}
		return o
	}

	DescribeTable("refuses the base URL", func(base string) {
		refuses("baseURL", base, credentials(), keys(authpartner.Options{}))
	},
		Entry("over http, where everybody reads the secret", "http://digilocker.example"),
		Entry("over http at an address of another machine", "http://192.0.2.1"),
		Entry("over http at a name that begins as this machine's", "http://localhost.example"),
		Entry("with a query", "https://digilocker.example/?a=b"),
		Entry("with what each path begins with", "https://betaapi.digitallocker.gov.in/public"),
		Entry("with what each path begins with, in capitals", "HTTPS://betaapi.digitallocker.gov.in/public/oauth2"),
		Entry("with what each path begins with, and a slash", "https://betaapi.digitallocker.gov.in/public/"),
		Entry("with the path of an operation", authpartner.Production+authpartner.TokenPath),
	)

	DescribeTable("takes the base URL", func(base string) {
		_, err := authpartner.New(base, credentials(), keys(authpartner.Options{}))
		Expect(err).NotTo(HaveOccurred())
	},
		Entry("of production", Label("DL-D1"), authpartner.Production),
		Entry("of the older line", Label("DL-D1"), authpartner.OlderProduction),
		Entry("of a partner's test server", Label("DL-D52"), "https://betaapi.digitallocker.gov.in"),
		Entry("of a host of that name", "https://public"),
		Entry("of this machine over http", "http://localhost:8700/authpartner"),
		Entry("of this machine's address over http", "http://127.0.0.1:8700"),
		Entry("of this machine's address in IPv6", "http://[::1]:8700"),
	)

	DescribeTable("refuses credentials", func(member, id, secret string) {
		refuses(member, authpartner.Production, authpartner.Credentials{
			ClientID: kyc.Hide(id), ClientSecret: kyc.Hide(secret),
		}, keys(authpartner.Options{}))
	},
		Entry("without an id", "ClientID", "", secret), Entry("without a secret", "ClientSecret", clientID, ""),
		Entry("with a line break", "ClientSecret", clientID, seed+"\n"),
		Entry("with a blank", "ClientID", "a b", secret),
		Entry("whose id divides", "ClientID", seed+":b", secret),
	)

	DescribeTable("refuses keys", func(all ...authpartner.Key) {
		refuses("Keys", authpartner.Production, credentials(), authpartner.Options{Keys: all})
	},
		Entry("that are missing"), Entry("of nothing", authpartner.Key{}),
		Entry("that are too short", authpartner.NewKey([]byte(seed))),
		Entry("that are too long", authpartner.NewKey([]byte(strings.Repeat("ab", 17)))),
		Entry("of one byte", authpartner.NewKey(make([]byte, authpartner.KeySize))),
		Entry("that are twice there", key(1), key(2), key(1)),
		Entry("one of which is bad", key(1), authpartner.Key{}),
	)

	DescribeTable("refuses the option", func(member string, o authpartner.Options) {
		refuses(member, authpartner.Production, credentials(), keys(o))
	},
		Entry("of a path without a slash", "AuthorizePath", authpartner.Options{AuthorizePath: seed}),
		Entry("of a path with a query", "AuthorizePath", authpartner.Options{AuthorizePath: "/" + seed + "?a=b"}),
		Entry("of a path that leads away", "TokenPath", authpartner.Options{TokenPath: "/a/../b"}),
		Entry("of a token path with a slash at its end", "TokenPath", authpartner.Options{TokenPath: "/a/"}),
		Entry("of a path at a host", "TokenPath", authpartner.Options{TokenPath: "https://" + seed + ".example/"}),
		Entry("of a purpose in other characters", Label("DL-D8"), "Purpose", authpartner.Options{Purpose: seed + "&"}),
		Entry("of a service in other letters", Label("DL-D8"), "ServiceName", authpartner.Options{ServiceName: "é"}),
		Entry("of a scope with two blanks", "Scope", authpartner.Options{Scope: seed + "  b"}),
		Entry("of an ACR with a line break", "ACR", authpartner.Options{ACR: seed + "\n"}),
		Entry("of an AMR that begins with a blank", "AMR", authpartner.Options{AMR: " " + seed}),
		Entry("of a prompt that needs a number", "Prompt", authpartner.Options{Prompt: "login_mobile"}),
		Entry("of a return before the start", "ReturnWithin", authpartner.Options{ReturnWithin: -time.Second}),
		Entry("of a consent that is past", "ConsentFor", authpartner.Options{ConsentFor: -time.Second}),
		Entry("of a consent that ends as it begins", "ConsentFor",
			authpartner.Options{ConsentFor: 300 * time.Millisecond}),
	)
})

var _ = It("a time that is negative is refused in those words", func() {
	for _, o := range []authpartner.Options{{ReturnWithin: -time.Second}, {ConsentFor: -time.Second}} {
		o.Keys = []authpartner.Key{key(1)}
		_, err := authpartner.New(authpartner.Production, credentials(), o)
		Expect(err).To(MatchError(ContainSubstring("not negative")))
	}
})

var _ = Describe("Credentials that change", func() {
	asking := func(s *server, ask func(context.Context) (authpartner.Credentials, error)) *authpartner.Adapter {
		GinkgoHelper()
		a, err := authpartner.New(s.URL+"/base", authpartner.Credentials{ClientID: kyc.Hide(clientID)},
			authpartner.Options{
				HTTPClient: suite.Client(), Keys: []authpartner.Key{key(1)}, Credentials: ask,
				Now: func() time.Time { return noon },
			})
		Expect(err).NotTo(HaveOccurred(), "the constructor's secret may be zero")
		return a
	}
	of := func(id, secret string) authpartner.Credentials {
		return authpartner.Credentials{ClientID: kyc.Hide(id), ClientSecret: kyc.Hide(secret)}
	}

	It("make New not look at its own secret", func() {
		for _, own := range []string{"a b", seed + "\n", ""} {
			_, err := authpartner.New(authpartner.Production, of(clientID, own), authpartner.Options{
				Keys: []authpartner.Key{key(1)},
				Credentials: func(context.Context) (authpartner.Credentials, error) {
					return of(clientID, secret), nil
				},
			})
			Expect(err).NotTo(HaveOccurred())
		}
	})

	It("are in no message of a failed test", func() { suite.Unseen(offline(), secret, clientID) })

	It("are asked for at each call that needs the secret", func(ctx SpecContext) {
		s, asked := serving(well()), 0
		a := asking(s, func(got context.Context) (authpartner.Credentials, error) {
			Expect(got).To(BeIdenticalTo(ctx))
			asked++
			return of(clientID, secret), nil
		})
		ref := exchanged(ctx, a)
		Expect(asked).To(Equal(1))
		for _, op := range operations {
			before, keyed := asked, 1
			Expect(op.call(ctx, a, ref)).To(Succeed(), op.id)
			if op.id == "listIssued" || op.id == "getUser" { // the token is enough
				keyed = 0
			}
			Expect(asked-before).To(Equal(keyed), op.id)
		}
	})

	DescribeTable("and cannot be had send nothing",
		func(ctx SpecContext, creds authpartner.Credentials, cause error, member string) {
			s := serving(well())
			ref, query := begun(ctx, s.adapter())
			a := asking(s, func(context.Context) (authpartner.Credentials, error) { return creds, cause })
			_, err := a.Exchange(ctx, ref, returning("code", code, "state", query.Get("state")))
			suite.Unusable(err, cause, member, append(secrets, seed)...)
			Expect(s.received).To(BeEmpty())
			granted := exchanged(ctx, s.adapter())
			for _, op := range []operation{operations[0], operations[5], operations[6]} {
				suite.Unusable(op.call(ctx, a, granted), cause, member, append(secrets, seed)...)
			}
			Expect(s.received).To(HaveLen(1))
		},
		Entry("as the function fails", of("", ""), errors.New("vault says "+seed), ""),
		Entry("as the secret is missing", of(clientID, ""), nil, "ClientSecret"),
		Entry("as the secret is no header's value", of(clientID, seed+"\n"), nil, "ClientSecret"),
		Entry("as they are another client's", of(seed, secret), nil, "ClientID"),
	)
})

var _ = It("nothing that holds a secret shows one", func(ctx SpecContext) {
	creds := credentials()
	opts := authpartner.Options{Keys: []authpartner.Key{key(1)}, HTTPClient: http.DefaultClient}
	for _, v := range []any{creds, &creds, opts, &opts, offline(), key(1)} {
		suite.Silent(v, secret, clientID, string(key(1).Bytes()))
	}
})
