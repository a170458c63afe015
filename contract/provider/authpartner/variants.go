package authpartner

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]answer

type answer = func(*simulator.Exchange) *simulator.Reply

const seen = "seen by integrators, not published: "

// status530 is that of the newer line for an internal error (DL-D18).
const status530 = 530

// The operations that share tables.
var (
	fileOperations  = []string{"getFile", "getXML", "getEAadhaar"}
	uriOperations   = []string{"getFile", "getXML"}
	tokenOperations = []string{"getToken", "getTokenOpenID"}
	// errorOperations are those whose table has an internal error with 530.
	errorOperations = []string{
		"getUser", "listFiles", "listRootFiles", "listIssued", "getEAadhaar", "uploadFile", "getAPAAR",
	}
)

// variants are what the tables of errors have without an example, what one specification has and the other has not,
// and what only those who call DigiLocker have seen. None is the default.
var variants = allVariants()

func allVariants() map[string]simulator.Variant {
	all := map[string]simulator.Variant{
		"hmac missing": {
			Says: "nothing says that the header is always there (DL-D35)",
			Answers: each(
				fileOperations,
				files(func(r simulator.Reply) *simulator.Reply { return header(r, "Hmac", "") }),
			),
		},
		"hmac wrong": {
			Says: "a file is not what the client's secret vouches for",
			Answers: each(fileOperations, files(func(r simulator.Reply) *simulator.Reply {
				return header(r, "Hmac", sumOf(append(slices.Clone(r.Body), ' ')))
			})),
		},
		"hmac over gzip": {
			Says: "a body is compressed though nobody asked for it, and its hmac is over that (DL-D35)",
			Answers: each(
				fileOperations,
				files(func(r simulator.Reply) *simulator.Reply { return compressed(r, true) }),
			),
		},
		"hmac under gzip": {
			Says: "a body is compressed, and its hmac is over what it was before (DL-D35)",
			Answers: each(
				fileOperations,
				files(func(r simulator.Reply) *simulator.Reply { return compressed(r, false) }),
			),
		},
		"another file": {
			Says: "a file is another one than the caller asked for, with its own hmac",
			Answers: each(uriOperations, files(func(r simulator.Reply) *simulator.Reply {
				return vouched(r.Header.Get("Content-Type"), []byte("nothing that can be read"))
			})),
		},
		"error of the older line": {
			Says: "P12 has 500 for an internal error where P23 has 530 (DL-D18)",
			Answers: each([]string{"listFiles", "listRootFiles", "listIssued", "uploadFile"},
				refusing(http.StatusInternalServerError, "unexpected_error", saysError)),
		},
		"error with a charset": {
			Says: "a sample has a charset in the media type of an error (DL-D47)",
			Answers: each(errorOperations, func(x *simulator.Exchange) *simulator.Reply {
				r := refusing(status530, "unexpected_error", saysError)(x)
				if r == nil {
					return nil
				}
				return header(*r, "Content-Type", "application/json;charset=UTF-8")
			}),
		},
		"partner service unresponsive 530": {
			Says:    "P23's table has 530 where its sample has 500 (DL-D18)",
			Answers: answering{"listIssued": refusing(status530, "partner_service_unresponsive", saysError)},
		},
		"unauthorized exchange": {
			Says:    "the token operations have 401; no code of it is published (DL-D17)",
			Answers: each(tokenOperations, refusing(http.StatusUnauthorized, "invalid_client", saysClient)),
		},
		"bare refusal": {
			Says: "the token operations have 400, with no code (DL-D17)",
			Answers: each(tokenOperations, func(x *simulator.Exchange) *simulator.Reply {
				if x.Ordinary().Example == nil { // refused as it is
					return &simulator.Reply{Status: http.StatusBadRequest}
				}
				return nil
			}),
		},
		"insufficient scope": {
			Says: "push URI has it for a client who may not push (DL-D40)",
			Answers: answering{
				"pushURI": refusing(
					http.StatusForbidden,
					"insufficient_scope",
					"The request requires higher privileges",
				),
			},
		},
		"aadhaar not linked": {
			Says: "the account has lost its Aadhaar since",
			Answers: answering{
				"getEAadhaar":  replacing(notLinked()),
				"pullDocument": refusing(http.StatusBadRequest, "aadhaar_not_linked", saysUnlinked),
			},
		},
		"aadhaar not available": {
			Says: "Aadhaar is linked, and its data are not there",
			Answers: answering{"getEAadhaar": replacing(refusal(http.StatusNotFound, "aadhaar_not_available",
				"Aadhaar data is not available for this user. Please perform Aadhaar eKYC again."))},
		},
		"apaar not available": {
			Says: "P24 has it beside apaar_not_linked",
			Answers: answering{"getAPAAR": replacing(refusal(http.StatusNotFound, "apaar_not_available",
				"APAAR data is not available for this user"))},
		},
		"issuer not configured": {
			Says: "the table of pull has it with a text of its own",
			Answers: answering{
				"pullDocument": refusing(http.StatusInternalServerError, "repository_service_configerror",
					"The issuer service is not available. Please contact DigiLocker support."),
			},
		},
		"PDF alone": {
			Says: "a document is listed without application/xml, and has no XML",
			Answers: answering{
				"listIssued": items(func(one item) any { one.Mime = pdfAlone; return one }),
				"getXML":     files(func(simulator.Reply) *simulator.Reply { return noFile() }),
			},
		},
		"mime as objects": {
			Says: "P23 prints a list of braces, which is no JSON; with the least added to it (DL-D27)",
			Answers: answering{"listIssued": items(func(one item) any {
				one.Mime = json.RawMessage(`[{"application/pdf":""},{"application/xml":""}]`)
				return one
			})},
		},
		"mime as empty objects": {
			Says: "the OpenAPI document of 2020 has a list of empty objects (DL-D27)",
			Answers: answering{
				"listIssued": items(func(one item) any { one.Mime = json.RawMessage(`[{}]`); return one }),
			},
		},
		"mime of three": {
			Says: seen + "a document is there as JSON too (DL-D27)",
			Answers: answering{"listIssued": items(func(one item) any {
				one.Mime = json.RawMessage(`["application/json","application/xml","application/pdf"]`)
				return one
			})},
		},
		"date by days": {
			Says:    seen + "a date is DD-MM-YYYY (DL-D28)",
			Answers: answering{"listIssued": items(func(one item) any { one.Date = "07-09-2024"; return one })},
		},
		"blank before the URI": {
			Says:    "a sample has a blank before a URI (DL-D29)",
			Answers: answering{"listIssued": items(func(one item) any { one.URI = " " + one.URI; return one })},
		},
		"narrowed scope": {
			Says:    "the user agreed to the list alone, or a refresh gave less (DL-D15)",
			Answers: each(tokenOperations, scopes(func(string) string { return "" })),
		},
		"scope by types": {
			Says: "the samples have partners. and a type for a document (DL-D24)",
			Answers: each(tokenOperations, scopes(func(word string) string {
				return "partners." + typeIn(word)
			})),
		},
		"scope by partners": {
			Says: "the prose has file.partners/ and a type for a document (DL-D24)",
			Answers: each(tokenOperations, scopes(func(word string) string {
				return "file.partners/" + typeIn(word)
			})),
		},
		"consent end as text": {
			Says: seen + "consent_valid_till is a text (DL-D12)",
			Answers: each(
				tokenOperations,
				tokenAnswers(func(_ *simulator.Exchange, j *simulator.Journey) simulator.Values {
					return simulator.Values{"/consent_valid_till": simulator.Quote(fmt.Sprint(j.Until.Unix()))}
				}),
			),
		},
		"no consent end": {
			Says: "the sample of a refresh has none (DL-D15)",
			Answers: each(
				tokenOperations,
				tokenAnswers(func(*simulator.Exchange, *simulator.Journey) simulator.Values {
					return simulator.Values{"/consent_valid_till": nil}
				}),
			),
		},
		"no refresh token": {
			Says: "a refresh brings none, which RFC 6749 allows (DL-D50)",
			Answers: answering{
				"getToken": tokenAnswers(func(*simulator.Exchange, *simulator.Journey) simulator.Values {
					return simulator.Values{"/refresh_token": nil}
				}),
			},
		},
		"members of P24": {
			Says: "P24 adds mobile and purpose to a token, and mobile, picture and email to a user",
			Answers: answering{
				"getToken": added("/access_token", func(j *simulator.Journey) map[string]string {
					return map[string]string{"mobile": j.Person.Mobile, "purpose": grantOf(j).purpose}
				}),
				"getUser": added("/digilockerid", func(j *simulator.Journey) map[string]string {
					a := j.Person.EAadhaar()
					return map[string]string{
						"mobile":  j.Person.Mobile,
						"picture": a.Photo,
						"email":   "fake@example.invalid",
					}
				}),
			},
		},
		"registered as boolean": {
			Says: seen + "registered is a boolean (DL-D37)",
			Answers: answering{"verifyAccount": func(x *simulator.Exchange) *simulator.Reply {
				r := x.Ordinary()
				if !r.Is("verifyAccount/200/registered") {
					return nil
				}
				var said struct {
					Registered string `json:"registered"`
				}
				_ = json.Unmarshal(r.Bytes(), &said) // which the simulator wrote
				return r.With(simulator.Values{"/registered": []byte(said.Registered)})
			}},
		},
		"list of parameters": {
			Says: "the OpenAPI document of 2020 has the list alone (DL-D38)",
			Answers: answering{"listParameters": rewritten(
				"listParameters/200/two-parameters-mended",
				func(text string) string {
					return strings.TrimSuffix(strings.TrimPrefix(text, `{"parameters":`), "}")
				},
			)},
		},
		"categories": {
			Says: "the OpenAPI document of 2020 has categories (DL-D42)",
			Answers: answering{"listIssuers": rewritten("listIssuers/200/two-issuers",
				func(text string) string { return strings.ReplaceAll(text, `"category":`, `"categories":`) })},
		},
		"statistics of the prose": {
			Says: "the prose has requestors and monthwise_registations (DL-D41)",
			Answers: answering{"countStatistics": rewritten("countStatistics/200/counts", func(text string) string {
				return strings.NewReplacer(`"requesters":`, `"requestors":`,
					`"monthwise_registrations":`, `"monthwise_registations":`).Replace(text)
			})},
		},
	}
	for _, of := range []struct {
		name, says string
		status     int
		code       string
		operations []string
	}{
		{"unexpected error", "the tables of P23 and P24 have it with 530 (DL-D18)", status530,
			"unexpected_error", errorOperations},
		{"token error", "the table of a refresh has it", http.StatusInternalServerError,
			"unexpected_error", []string{"getToken"}},
		{"push error", "the table of push URI has it", http.StatusInternalServerError, "unexpected_error",
			[]string{"pushURI", "verifyAccount"}},
		{"server error", "P23 has it for e-Aadhaar alone", status530,
			"internal_server_error", []string{"getEAadhaar"}},
		{"repository unresponsive", "P12 alone has it (DL-D19)", http.StatusInternalServerError,
			"repository_service_unresponsive", fileOperations},
		{"repository unpublished", "P12 alone has it (DL-D19)", http.StatusServiceUnavailable,
			"repository_service_unpublished", fileOperations},
		{"repository inactive", "P12 alone has it (DL-D19)", http.StatusServiceUnavailable,
			"repository_service_inactive", fileOperations},
		{"repository not configured", "P12 alone has it (DL-D19)", http.StatusInternalServerError,
			"repository_service_configerror", fileOperations},
		{"repository answers wrongly", "the table of P23 has it with 530 (DL-D18)", status530,
			"repository_service_resperror", uriOperations},
		{"repository answers wrongly 500", "the table of P12 has it with 500 (DL-D18)", http.StatusInternalServerError,
			"repository_service_resperror", fileOperations},
		{"repository fails", "the table of P23 has it with 530 (DL-D18)", status530,
			"repository_service_exception", fileOperations},
		{"repository fails 500", "the table of P12 has it with 500 (DL-D18)", http.StatusInternalServerError,
			"repository_service_exception", fileOperations},
	} {
		all[of.name] = simulator.Variant{
			Says: of.says, Answers: each(of.operations, refusing(of.status, of.code, saysError)),
		}
	}
	return all
}

// unpublished are our decisions.
var unpublished = []string{
	"A redirect_uri is any page of https or of this machine; where it or client_id is wrong there is an error page.",
	"Any other mistake of authorize goes back to the redirect_uri in OAuth's words, a parameter twice among them.",
	"authorize wants a state, and a code_challenge by S256; a page that is loaded again begins another journey.",
	"A scope other than openid is all that the token is for; without one it is for documents, uploads and the user.",
	"Types of req_doctype that nobody has are not looked at, nor are other words of dl_flow, amr, prompt, login_hint.",
	"A consent holds until consent_valid_till, and for an hour without; the user is not asked about it.",
	"A code is taken once, for ten minutes after the user's consent, and a wrong exchange does not use it up.",
	"A code that is unknown, used, too old, or of another verifier or redirect_uri is 400 invalid_grant.",
	"A code that comes again ends no token.",
	"Wrong credentials are 400 invalid_client for an exchange and a revocation too, as the table of a refresh has it.",
	"A refresh and a revocation take HTTP Basic alone; an exchange takes the form too. Both have to say the same.",
	"A form for a token or a revocation in which a parameter is there twice is 400 invalid_request.",
	"expires_in is 3600 though the consent may end sooner, and with it every token.",
	"A refresh ends the refresh token and the access token before it; a refresh token lives as long as the consent.",
	"The date of birth of somebody of whom the year is known is its first day.",
	"An ID token is signed with the key whose certificate the simulator shows; nobody published DigiLocker's keys.",
	"The list of issued documents is what the user shared, and what was pulled since.",
	"The published person who shares all has the sample's list, without PAN and licence, and can pull what is in it.",
	"A document of the account that the user did not share is 403 insufficient_scope; another URI is 404 invalid_uri.",
	"A URI of blanks alone is 400 uri_missing; a path without one leads nowhere.",
	"Aadhaar has no PDF, and no XML but that of its own operation.",
	"An uploaded file is in the lists of its journey and can be read by its URI: the last twenty, of 10 MB together.",
	"The file that the published person uploaded is made here; a file without its scope is 403 insufficient_scope.",
	"There are two folders, / and /My Documents, with the ids of the sample.",
	"A pull finds HSCER and INCER at the two issuers of the sample, for its year and roll number, and nothing else.",
	"A pull without consent, or of a type that authorize did not ask for, is 403 insufficient_scope.",
	"A pull by the person whose documents are being checked is pending; after 30 seconds the document is in the list.",
	"Digests of operations without a user are lower-case hexadecimal; a time over 5 minutes ahead is refused too.",
	"Of a pushed URI either published sequence is taken for its digest, absent members as nothing; it is not kept.",
	"Operations without a user take a form or its parts, and say one wrong member at a time.",
	"APAAR is linked for whoever shared Aadhaar; of its two errors the codes are published, the texts are ours.",
}

// each is the answer for all of the operations.
func each(operations []string, a answer) answering {
	all := answering{}
	for _, id := range operations {
		all[id] = a
	}
	return all
}

// replacing is r in the place of what is otherwise a success.
func replacing(r *simulator.Reply) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		if stranger(x) != nil || !succeeded(x.Ordinary()) {
			return nil
		}
		return r
	}
}

// refusing refuses with that code whatever comes with credentials that are right, and does nothing else.
func refusing(status int, code, description string) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		if stranger(x) != nil {
			return nil
		}
		return refusal(status, code, description)
	}
}

func succeeded(r simulator.Reply) bool {
	return r.Example != nil && r.Example.Text("/error") == "" || r.Example == nil && r.Status == http.StatusOK
}

// files is the ordinary file, changed.
func files(change func(simulator.Reply) *simulator.Reply) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		if r.Header.Get("Hmac") == "" {
			return nil
		}
		return change(r)
	}
}

// header is r with another header; "": without it.
func header(r simulator.Reply, name, value string) *simulator.Reply {
	r.Header = r.Header.Clone()
	r.Header.Set(name, value)
	if value == "" {
		r.Header.Del(name)
	}
	return &r
}

// compressed is r with its body compressed, and its hmac over that or over what it was.
func compressed(r simulator.Reply, over bool) *simulator.Reply {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(r.Body)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(fmt.Sprintf("simulator: a body was not compressed: %v", err)) // a buffer takes everything
	}
	c := vouched(r.Header.Get("Content-Type"), b.Bytes())
	c.Header.Set("Content-Encoding", "gzip")
	if !over {
		c.Header.Set("Hmac", sumOf(r.Body))
	}
	return c
}

// items is the ordinary list of issued documents, each changed.
func items(change func(item) any) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		if !x.Ordinary().Is("listIssued/200/two-documents-mended") {
			return nil
		}
		all := []any{}
		for _, one := range issued(bearer(x), x.Now) {
			all = append(all, change(one))
		}
		text, _ := json.Marshal(all) // texts, and JSON
		return x.Say(simulator.Values{"/items": text}, "200/two-documents-mended").With(nil)
	}
}

// tokenAnswers is the ordinary answer with tokens, with these values in it.
func tokenAnswers(values func(*simulator.Exchange, *simulator.Journey) simulator.Values) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		j := journeyOf(x, r)
		if j == nil {
			return nil
		}
		return r.With(values(x, j))
	}
}

// journeyOf is the journey of an answer with tokens; nil if it is none.
func journeyOf(x *simulator.Exchange, r simulator.Reply) *simulator.Journey {
	if !succeeded(r) || r.Example == nil {
		return nil
	}
	var text string
	_ = json.Unmarshal(r.Put["/access_token"], &text) // which the simulator wrote
	return find(x, text)
}

// scopes is the ordinary answer with tokens, with each word for a document changed; "" leaves it out.
func scopes(change func(word string) string) answer {
	return tokenAnswers(func(x *simulator.Exchange, j *simulator.Journey) simulator.Values {
		var all []string
		for _, word := range strings.Fields(scopeOf(x, j, sampleScope)) {
			if typeIn(word) != "" {
				word = change(word)
			}
			if word != "" {
				all = append(all, word)
			}
		}
		return simulator.Values{"/scope": simulator.Quote(strings.Join(all, " "))}
	})
}

// sampleScope is that of the samples.
const sampleScope = "files.issueddocs partners.PANCR partners.DRVLC"

// typeIn is the type of the document that a word of a scope is about; "" if it is about none.
func typeIn(word string) string {
	for _, front := range []string{"file.partners/", "partners."} {
		if code, ok := strings.CutPrefix(word, front); ok {
			return code
		}
	}
	if uri, ok := strings.CutPrefix(word, "issued/"); ok {
		if parts := strings.SplitN(uri, "-", 3); len(parts) == 3 {
			return parts[1]
		}
	}
	return ""
}

// added is the ordinary answer with more members, where it has the member at that pointer.
func added(pointer string, more func(*simulator.Journey) map[string]string) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		if r.Example == nil || r.Example.Text(pointer) == "" {
			return nil
		}
		j := bearer(x)
		if x.Operation.ID == "getToken" {
			j = journeyOf(x, r)
		}
		if j == nil {
			return nil
		}
		text, _ := json.Marshal(more(j)) // texts alone
		body := append(bytes.TrimSuffix(r.Bytes(), []byte("}")), ',')
		return simulator.JSON(http.StatusOK, append(body, text[1:]...))
	}
}

// rewritten is the ordinary answer with its text changed, where it is that example.
func rewritten(id string, change func(string) string) answer {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		if !r.Is(id) {
			return nil
		}
		return simulator.JSON(http.StatusOK, []byte(change(string(r.Bytes()))))
	}
}
