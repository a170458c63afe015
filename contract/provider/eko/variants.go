package eko

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]func(*simulator.Exchange) *simulator.Reply

// variants are the codes of Eko's tables, of which no body is published, and what was seen in
// public integrator code and is not published. No request gets one that nobody asked for.
func variants() map[string]simulator.Variant {
	const seen = "seen in public integrator code, not published: "
	all := map[string]simulator.Variant{
		"verification id": {
			Says:    seen + "createURL's answer has the second id (EK-D2, EK-D32)",
			Answers: answering{"createURL": withVerificationID},
		},
		"ids as text": {
			Says:    seen + "createURL's answer has both ids as texts (EK-D37)",
			Answers: answering{"createURL": withTexts},
		},
		returnsCamel: {
			Says:    seen + "the user returns with verificationId (EK-D33)",
			Answers: answering{"createURL": asItIs},
		},
		"form": {
			Says:    seen + "a form is taken in the place of JSON (EK-D20, EK-D31)",
			Answers: answering{"createURL": form(createURL), "getDocument": form(getDocument)},
		},
		"no content type": {
			Says: "HTTP 415 is documented for calls without a body, too, of which no content type can be wrong",
			Answers: answering{
				"getStatus":         said(http.StatusUnsupportedMediaType, ""),
				"getDocumentLegacy": said(http.StatusUnsupportedMediaType, ""),
			},
		},
		"page for a long id": {
			Says:    seen + "a client_ref_id of more than 20 characters gets a page and HTTP 403 (EK-D34)",
			Answers: everywhere(pageForLongID),
		},
		"pending as a success": {
			Says:    seen + "pending is a success that says nothing of the user (EK-D15, EK-D35)",
			Answers: answering{"getStatus": emptyDetails, "getDocument": noDocuments},
		},
		"flat document": {
			Says:    seen + "getDocument answers in the older, flat form (EK-D22, EK-D37)",
			Answers: answering{"getDocument": flat},
		},
		"data in a list": {
			Says:    seen + "getDocument's data is a list of one (EK-D41)",
			Answers: answering{"getDocument": inList},
		},
		"data beside the envelope": {
			Says:    seen + "the document's members stand beside the envelope's (EK-D41)",
			Answers: answering{"getDocument": beside},
		},
		"session expired": {
			Says: seen + "Cashfree's session_expired is passed on in a member code (EK-D36)",
			Answers: answering{"getDocument": said(http.StatusOK,
				`{"response_status_id":1,"code":"session_expired","message":"Digilocker consent session expired"}`)},
		},
		"no status call": {
			Says:    seen + "the status call is not there, which a page says (EK-D30)",
			Answers: answering{"getStatus": page(http.StatusNotFound)},
		},
		"no mapping rule": {
			Says:    seen + "a call is not there, which JSON without an envelope says (EK-D30)",
			Answers: everywhere(said(http.StatusNotFound, `{"message":"No Mapping Rule matched"}`)),
		},
		"product not enabled": {
			Says:    seen + "HTTP 204 for a product that is not enabled (EK-D44)",
			Answers: everywhere(said(http.StatusNoContent, "")),
		},
		"forbidden page": {
			Says:    seen + "a page and HTTP 403 for a product not enabled, or for credentials (EK-D40, EK-D44)",
			Answers: everywhere(page(http.StatusForbidden)),
		},
		"unauthorized": {
			Says:    seen + "HTTP 401 with JSON for wrong credentials (EK-D28, EK-D40)",
			Answers: everywhere(said(http.StatusUnauthorized, `{"message":"Unauthorized"}`)),
		},
		"unauthorized page": {
			Says:    seen + "HTTP 401 with a page for wrong credentials (EK-D28, EK-D40)",
			Answers: everywhere(page(http.StatusUnauthorized)),
		},
	}
	for name, message := range messages {
		all[name] = simulator.Variant{
			Says:    "the older documents list the message without a code: " + message,
			Answers: everywhere(signed(func(x *simulator.Exchange) simulator.Reply { return refusal(x, 1, message) })),
		}
	}
	for name, code := range codes {
		all[name] = simulator.Variant{
			Says:    "the table of codes has " + strconv.Itoa(code.number) + ", without a body",
			Answers: everywhere(signed(code.refusal)),
		}
	}
	return all
}

// unpublished are our decisions.
var unpublished = []string{
	"A journey that was refused stays pending until it expires.",
	"Without Aadhaar, getStatus is a success with an empty document_consent, and getDocument says 327.",
	"A consent URL can be used for ten minutes and a consent lasts an hour, as at Cashfree, which stands behind Eko.",
	"The second id, verification_id, is never the reference_id; the user's return tells it, and createURL does not.",
	"getDocument looks at the verification_id only once the user has decided, as nobody can know it before.",
	"From then on a verification_id that is missing gets 461, and a wrong one 463.",
	"A client_ref_id may be used again.",
	"An initiator_id that is not the account's gets 319 in the member status, with a message of our own.",
	"A user_code may be left out; one that is not the account's gets 346 in the member status, with our own message.",
	"Where the caller's ids are documented as texts, numbers are taken too; what is neither gets 461.",
	"A document_requested that is not AADHAAR gets 461.",
	"A redirect_url of an app's own scheme gets 301, as one that is no address.",
	"The other codes of the tables come by a fault alone, in the member status, with a message of our own.",
	"The errors of the older document call are those of the newer one.",
	"HTTP 403, 415 and 500 have no body; 405 says so in a line of text, and 404 tells the base URLs.",
	"A secret-key-timestamp may be five minutes off the callers' real clock; moving the simulator's changes nothing.",
	"The order in which the parts of a request are checked.",
}

// returnsCamel is a variant that the user's return shows.
const returnsCamel = "return with verificationId"

// code is one of the tables for all of Eko's APIs. What its message says exactly is not published.
type code struct {
	number  int
	message string
}

func (c code) refusal(x *simulator.Exchange) simulator.Reply { return refusal(x, c.number, c.message) }

var (
	invalidInitiator = code{319, "Invalid initiator_id"}
	notOnboarded     = code{346, "User not onboarded, or wrong user_code"}
)

// codes are those of which no request is the cause, but for 327 and 463, which getDocument's
// requests cause with DigiLocker's meaning (EK-D13); by the names of their variants.
var codes = map[string]code{
	"wallet exists":           {17, "Wallet exists"},
	"sender name not letters": {132, "Sender name must have letters only"},
	"wrong OTP":               {302, "Wrong OTP"},
	"expired OTP":             {303, "OTP expired"},
	"verification pending":    {327, "Enrolment done, verification pending"},
	"recipient exists":        {342, "Recipient exists"},
	"no balance":              {347, "Insufficient balance"},
	"user not found":          {463, "User not found"},
	"KYC approved before":     {585, "KYC already approved"},
	"monthly limit":           {945, "Monthly limit reached"},
	"agent not onboarded":     {1297, "User or agent not onboarded"},
}

// messages are those that the older documents list, by the names of their variants.
var messages = map[string]string{
	"no rule in the envelope":           "No mapping rule matched",
	"agent not allowed":                 "Agent not allowed",
	"agent not allowed the transaction": "Agent not allowed to do this transaction",
	"customer not allowed":              "Customer not allowed",
	"no key for response":               "No Key for Response", // also for a client_ref_id (EK-D9)
	"production key wanted":             "Kindly use your production key",
}

// refusal is an envelope with that status. The newest table belongs to status, where the sample
// of 461 has its code, too (EK-D13).
func refusal(x *simulator.Exchange, status int, message string) simulator.Reply {
	r := x.Borrow("getDocument/200/invalid-reference-id", 0)
	return *r.With(simulator.Values{
		"/status": simulator.Integer(int64(status)), "/response_status_id": []byte("1"),
		"/response_type_id": []byte("-1"), "/message": simulator.Quote(message),
	})
}

// everywhere answers every operation so.
func everywhere(answer func(*simulator.Exchange) *simulator.Reply) answering {
	all := answering{}
	for operation := range operations {
		all[operation] = answer
	}
	return all
}

// signed answers the requests whose credentials are right.
func signed(answer func(*simulator.Exchange) simulator.Reply) func(*simulator.Exchange) *simulator.Reply {
	return func(x *simulator.Exchange) *simulator.Reply {
		if refuse(x) != nil {
			return nil
		}
		r := answer(x)
		return &r
	}
}

func said(status int, body string) func(*simulator.Exchange) *simulator.Reply {
	return func(*simulator.Exchange) *simulator.Reply {
		if body == "" {
			return &simulator.Reply{Status: status}
		}
		return simulator.JSON(status, []byte(body))
	}
}

func page(status int) func(*simulator.Exchange) *simulator.Reply {
	return func(*simulator.Exchange) *simulator.Reply { return simulator.Page(status) }
}

// created are the answers to a journey that was started.
var created = []string{
	"createURL/200/success", "createURL/200/success-in-l", "createURL/200/success-on-the-product-page",
}

// asItIs is a journey that was started, of which something else will be different.
func asItIs(x *simulator.Exchange) *simulator.Reply {
	if r := x.Ordinary(); r.Is(created...) {
		return &r
	}
	return nil
}

// changed is the ordinary reply, if it is one of these examples, with its body changed.
func changed(x *simulator.Exchange, change func([]byte) []byte, ids ...string) *simulator.Reply {
	if r := x.Ordinary(); r.Is(ids...) {
		return simulator.JSON(http.StatusOK, change(r.Bytes()))
	}
	return nil
}

func withVerificationID(x *simulator.Exchange) *simulator.Reply {
	return changed(x, func(body []byte) []byte {
		j := x.FindReference(referenceOf(body))
		if j == nil { // it was forgotten meanwhile
			return body
		}
		id := string(simulator.Quote(j.ID))
		return bytes.Replace(body, []byte(`"data":{`), []byte(`"data":{"verification_id":`+id+`,`), 1)
	}, created...)
}

func withTexts(x *simulator.Exchange) *simulator.Reply {
	r := withVerificationID(x)
	if r == nil {
		return nil
	}
	number := strconv.FormatInt(referenceOf(r.Body), 10)
	return simulator.JSON(http.StatusOK, bytes.Replace(r.Body, []byte(number), simulator.Quote(number), 1))
}

// referenceOf is the reference_id in createURL's answer.
func referenceOf(body []byte) int64 {
	var answer struct {
		Data struct {
			ReferenceID int64 `json:"reference_id"`
		}
	}
	_ = json.Unmarshal(body, &answer) // which the simulator wrote
	return answer.Data.ReferenceID
}

// form takes a form in the place of JSON; a list of one is a text in it.
func form(operation func(*simulator.Exchange) simulator.Reply) func(*simulator.Exchange) *simulator.Reply {
	return func(x *simulator.Exchange) *simulator.Reply {
		kind, _, err := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
		fields, wrong := url.ParseQuery(string(x.Raw))
		if err != nil || kind != "application/x-www-form-urlencoded" || wrong != nil || !trusted(x) {
			return nil
		}
		x.Body = map[string]json.RawMessage{}
		for name := range fields {
			x.Body[name] = simulator.Quote(fields.Get(name))
		}
		r := operation(x)
		return &r
	}
}

func pageForLongID(x *simulator.Exchange) *simulator.Reply {
	if len(member(x, "client_ref_id")) <= maxClientRef && len(x.Query.Get("client_ref_id")) <= maxClientRef {
		return nil
	}
	return simulator.Page(http.StatusForbidden)
}

func emptyDetails(x *simulator.Exchange) *simulator.Reply {
	if r := x.Ordinary(); !r.Is("getStatus/200/consent-flow-not-yet-completed-by-user") {
		return nil
	}
	return x.Say(nil, "200/success", "200/success-in-l").With(simulator.Values{
		"/data/user_details": []byte("{}"), "/data/document_consent": []byte("[]"),
	})
}

func noDocuments(x *simulator.Exchange) *simulator.Reply {
	if r := x.Ordinary(); !r.Is("getDocument/200/customer-has-not-completed-digilocker-authorisation-yet") {
		return nil
	}
	return x.Say(nil, "200/success").With(simulator.Values{
		"/data/verification_status": simulator.Quote("PENDING"), "/data/documents": []byte("[]"),
	})
}

const fetched = "getDocument/200/success"

func flat(x *simulator.Exchange) *simulator.Reply {
	if r := x.Ordinary(); !r.Is(fetched) {
		return nil
	}
	j := find(x, member(x, "reference_id"))
	if j == nil || j.Person == nil { // it was forgotten meanwhile
		return nil
	}
	put := simulator.Values{"/data/reference_id": simulator.Integer(j.Reference)}
	if !j.Person.Published {
		putFlat(put, j.Person.EAadhaar())
	}
	r := x.Borrow("getDocumentLegacy/200/success", 0)
	return r.With(put)
}

func inList(x *simulator.Exchange) *simulator.Reply {
	return changed(x, func(body []byte) []byte {
		body = bytes.Replace(body, []byte(`"data":{`), []byte(`"data":[{`), 1)
		return append(bytes.TrimSuffix(body, []byte("}")), "]}"...)
	}, fetched)
}

// beside has the members of the older form, which alone can stand beside the envelope's.
func beside(x *simulator.Exchange) *simulator.Reply {
	r := flat(x)
	if r == nil {
		return nil
	}
	body := bytes.Replace(r.Bytes(), []byte(`"data":{`), nil, 1)
	return simulator.JSON(http.StatusOK, bytes.TrimSuffix(body, []byte("}")))
}
