package quicko

import (
	"net/http"
	"strconv"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]answer

type answer = func(*simulator.Exchange) *simulator.Reply

// variants are what the documents show in no example: states that stand in a list alone, refusals
// that the guides name without a body, and what is written otherwise elsewhere.
func variants() map[string]simulator.Variant {
	return map[string]simulator.Variant{
		"initialized": {
			Says:    "the SDK flow's schemas have a state initialized, before authorized (SB-D13)",
			Answers: ofStatus(initialized),
		},
		"undocumented state": {
			Says:    "the server flow's schema leaves the state any text (SB-D12, SB-D13)",
			Answers: ofStatus(put("/data/status", `"half_done"`)),
		},
		"unexplained refusal": {
			Says: "a request that the schema allows is refused, and nothing says why (SB-D7)",
			Answers: answering{
				"createSession": func(x *simulator.Exchange) *simulator.Reply {
					return unless(refuse(x), invalidBody(x))
				},
			},
		},
		"another entity": {
			Says:    "the SDK flow's schema demands the server flow's @entity (SB-D2)",
			Answers: answering{"getSDKSessionStatus": put("/data/@entity", `"in.co.sandbox.kyc.digilocker.session"`)},
		},
		"birth in milliseconds": {
			Says:    "the schemas have a date of birth that is a number (SB-D3)",
			Answers: ofProfile(put("/data/date_of_birth", "1071145000000")),
		},
		"profile without email": {
			Says: "one example has an empty email, and one none (SB-D4)",
			Answers: ofProfile(
				func(x *simulator.Exchange) *simulator.Reply { return with(x, simulator.Values{"/data/email": nil}) },
			),
		},
		"code as text": {
			Says:    "a script of the collection has code and timestamp as texts (SB-D24, SB-D25)",
			Answers: everywhere(codeAsText),
		},
		"not allowed": {
			Says:    "the guides have 403 for privilege, credit, quota or access that is gone, without a body (SB-D32)",
			Answers: refusing(http.StatusForbidden),
		},
		"source down": {
			Says:    "the guides have 503 for a source that is down, without a body",
			Answers: refusing(http.StatusServiceUnavailable),
		},
		"source too slow": {
			Says:    "the guides have 504 for a timeout, without a body",
			Answers: refusing(http.StatusGatewayTimeout),
		},
	}
}

// unpublished are our decisions.
var unpublished = []string{
	"A link can be used for ten minutes, a consent lasts an hour whatever consent_expiry says, a file's link 48 hours.",
	"A token of authenticate is taken for 24 hours; the token that this page shows never runs out.",
	"A wrong key or secret is 401; a token that is missing, wrong or has run out is 403.",
	"A refusal without a published body has the form of the others, with the words of HTTP for its message.",
	"A body that is no object, or lacks a member, is 400 Invalid request body; a value that breaks a rule is 422.",
	"The options of one flow are taken in the other, as a published request has them.",
	"A consent_expiry less than an hour ahead is 422.",
	"A user who refuses leaves the session failed; a link or a consent that ran out leaves it expired.",
	"Nothing can be read of a session that is not succeeded: 523, whether it is too early or too late.",
	"The documents of one of the people are being checked for 30 seconds, in which the session is authorized.",
	"A user whose account has no document of that kind has not shared it.",
	"The user comes back with DigiLocker's own code and state, or with error, error_description and state.",
	"The calls of either flow read any session; the user of a session of the SDK goes on at this page.",
	"The size beside a file's link is the sample's, however long the file is.",
	"A redirect_url of more than 2048 characters is 422.",
}

// with is the ordinary reply, if it is a success, with these values in it.
func with(x *simulator.Exchange, values simulator.Values) *simulator.Reply {
	r := x.Ordinary()
	if r.Example == nil || r.Example.Text("/message") != "" {
		return nil
	}
	return r.With(values)
}

// put is the ordinary reply, if it is a success, with that JSON at the pointer.
func put(pointer, value string) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		return with(x, simulator.Values{pointer: []byte(value)})
	}
}

// initialized is the status of a session that nobody has decided on yet.
func initialized(x *simulator.Exchange) *simulator.Reply {
	if j := find(x); j == nil || j.State != simulator.Pending {
		return nil
	}
	return with(x, simulator.Values{"/data/status": simulator.Quote("initialized")})
}

func codeAsText(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if r.Example == nil {
		return nil
	}
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	return with(x, simulator.Values{
		"/code":      simulator.Quote(strconv.Itoa(status)),
		"/timestamp": simulator.Quote(strconv.FormatInt(x.Now.UnixMilli(), 10)),
	})
}

// refusing refuses with that status what is otherwise in order.
func refusing(status int) answering {
	return everywhere(func(x *simulator.Exchange) *simulator.Reply {
		r := refusal(x, status)
		return unless(refuse(x), &r)
	})
}

// unless is r, where nothing is wrong with the credentials.
func unless(wrong, r *simulator.Reply) *simulator.Reply {
	if wrong != nil {
		return nil
	}
	return r
}

func everywhere(a answer) answering {
	all := answering{}
	for _, id := range []string{
		"authenticate", "verifyUserAccount", "initiateSession", "getSessionStatus", "getUserProfile", "getDocument",
		"createSession", "getSDKSessionStatus", "getSDKUserProfile", "getSDKDocument",
	} {
		all[id] = a
	}
	return all
}

func ofStatus(a answer) answering { return answering{"getSessionStatus": a, "getSDKSessionStatus": a} }

func ofProfile(a answer) answering { return answering{"getUserProfile": a, "getSDKUserProfile": a} }
