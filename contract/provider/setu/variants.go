package setu

import (
	"net/http"
	"time"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]answer

type answer = func(*simulator.Exchange) *simulator.Reply

// variants are what the examples of schemas show, and none of an operation's.
var variants = map[string]simulator.Variant{
	"incomplete": {
		Says: "the OpenAPI's schemas have a request that is incomplete (SE-D7)",
		Answers: answering{"getStatus": put("/status", func(*simulator.Exchange) string {
			return "incomplete"
		}, "getStatus/200/example")},
	},
	"times in RFC 1123": {
		Says: "a schema's example has validUpto in RFC 1123 (SE-D8)",
		Answers: answering{
			"createRequest": put("/validUpto", httpTime(simulator.LinkLife),
				"createRequest/201/example", "createRequest/200/unauthenticated"),
			"getStatus": put("/validUpto", httpTime(simulator.LinkLife), "getStatus/200/example"),
			"fetchDocument": put("/validUpto", httpTime(simulator.FileLife),
				"fetchDocument/200/example", "fetchDocument/200/driving-licence"),
		},
	},
	"validUntil as an integer": {
		Says:    "a schema has validUntil of the XML link as an integer (SE-D9)",
		Answers: answering{"getAadhaar": untilAsInteger},
	},
	"generatedAt in digits": {
		Says: "a schema's example has generatedAt in bare digits (SE-D10)",
		Answers: answering{"getAadhaar": put("/aadhaar/generatedAt", func(x *simulator.Exchange) string {
			return x.Now.In(ist).Format("20060102150405") + "802"
		}, "getAadhaar/200/example")},
	},
}

// unpublished are our decisions.
var unpublished = []string{
	"A link can be used for ten minutes, a consent lasts an hour, a file's link 48 hours.",
	"A request is kept for 48 hours after its consent; one that nobody consented to vanishes with its link.",
	"A file's link may outlive its request.",
	"Credentials that are wrong are answered as missing ones, with HTTP 401.",
	"The codes of the error table come with a status that the operation does not document.",
	"A journey that the user refused stays unauthenticated; its documents are refused by invalid_grant.",
	"The user who refused returns with errCode access_denied and errMessage User denied.",
	"The query of the return is joined to the shop's own by &.",
	"fetchDocument answers a request without consent as getAadhaar does.",
	"A consent that ran out is invalid_token.",
	"A second revocation is answered as one before consent: user_not_authenticated.",
	"The documents that can be fetched are those which the publications mention.",
	"A user whose account has no document of that kind gets invalid_uri.",
	"A redirectUrl of more than 2048 characters is invalid.",
}

// put is the ordinary reply, if it is one of these examples, with another text at the pointer.
func put(pointer string, text func(*simulator.Exchange) string, ids ...string) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		if !r.Is(ids...) {
			return nil
		}
		return r.With(simulator.Values{pointer: simulator.Quote(text(x))})
	}
}

// httpTime is a time that much later, in RFC 1123.
func httpTime(later time.Duration) func(*simulator.Exchange) string {
	return func(x *simulator.Exchange) string { return x.Now.Add(later).UTC().Format(http.TimeFormat) }
}

func untilAsInteger(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("getAadhaar/200/example") {
		return nil
	}
	return r.With(simulator.Values{"/aadhaar/xml/validUntil": simulator.Integer(x.Now.Add(simulator.FileLife).Unix())})
}
