package surepass

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]func(*simulator.Exchange) *simulator.Reply

const seen = "seen by integrators, not published: "

// variants are what a page says without an example, and what only those who call Surepass have seen. None is
// the default.
var variants = map[string]simulator.Variant{
	"failed journey": {
		Says:    "P2 has failed for a status and a boolean, and does not say of what (SP-D11)",
		Answers: answering{"getStatus": failed},
	},
	"client initiated": {
		Says:    seen + "the status is client_initiated although the user is back (SP-D10, SP-D11)",
		Answers: answering{"getStatus": undecided("client_initiated")},
	},
	"in progress": {
		Says:    seen + "the status is in_progress (SP-D10)",
		Answers: answering{"getStatus": undecided("in_progress")},
	},
	"error count": {
		Says:    seen + "a status has error_count (SP-D10)",
		Answers: answering{"getStatus": with(`"data":{`, `"data":{"error_count":0,`)},
	},
	"older code": {
		Says: seen + "an unknown journey is digilocker_client_not_found (SP-D20)",
		Answers: everywhere(func(x *simulator.Exchange) *simulator.Reply {
			r := x.Ordinary()
			if !r.Is("getStatus/404/client-not-found") {
				return nil
			}
			return r.With(simulator.Values{"/message_code": simulator.Quote("digilocker_client_not_found")})
		}),
	},
	"local redirect": {
		Says:    seen + "a redirect_url of the caller's own machine gets a page and HTTP 403 (SP-D34)",
		Answers: answering{"initialize": local},
	},
	"same redirect": {
		Says:    seen + "a redirect_url that was used before brings back the earlier journey, dead or not (SP-D34)",
		Answers: answering{"initialize": again},
	},
	"file types": {
		Says:    seen + "a document is listed once for each file_type (SP-D18)",
		Answers: answering{"listDocuments": types},
	},
	"file ids in words": {
		Says:    seen + "a file_id is aadhaar or pan (SP-D17)",
		Answers: answering{"listDocuments": words},
	},
	"older list": {
		Says:    seen + "a listed document has digi_file_id and type (SP-D18)",
		Answers: answering{"listDocuments": older},
	},
	"more of an e-Aadhaar": {
		Says:    seen + "mobile_number, uniqueness_id and auid, and a father_name of null (SP-D24, SP-D25)",
		Answers: answering{"downloadAadhaar": more},
	},
}

// unpublished are our decisions.
var unpublished = []string{
	"Credentials that are wrong or missing get the 401 of listDocuments, whatever the operation.",
	"A link lives for expiry_minutes, and for ten minutes without; expiry_seconds says so.",
	"A request with a redirect_url is of the link flow, and its answer has the url; any other is of an SDK.",
	"The user returns to redirect_url with nothing added to its query.",
	"A body that breaks the table of initialize gets 422 in the envelope, without a message_code.",
	"Of initialize's members, those that say nothing of the journey's life, return and state are not looked at.",
	"The webhook goes where the simulator was told, whatever webhook_url says.",
	"state, of at most 100 characters, is in no answer, no webhook and no return.",
	"The consent page asks for Aadhaar, PAN and driving licence, whatever aadhaar_xml says.",
	"A journey is pending until its user consents, also after a refusal and behind the end of its link.",
	"A consent lasts an hour; then the journey is unknown, with the 404 of getStatus, whatever the operation.",
	"One webhook is sent, of a consent; a refusal sends none.",
	"listDocuments gives an empty list before consent, and to who shares nothing.",
	"A driving licence is listed as DRVLC, with an issuer of our own.",
	"A file whose file_type is not said is XML.",
	"A file is known once listDocuments was called, as integrators report; its 404 has no message_code.",
	"The link of a file says in its query that it is good for 48 hours, where ten minutes were seen.",
	"The e-Aadhaar is handed out once, as integrators report; then comes 422 already_downloaded, in our own words.",
	"downloadAadhaar answers 400 before consent, to who did not share Aadhaar, and where there is none, in our words.",
	"The link in xml_url is good for 48 hours, and does not say so.",
}

// everywhere is a variant of every operation that names a journey.
func everywhere(answer func(*simulator.Exchange) *simulator.Reply) answering {
	return answering{
		"getStatus": answer, "listDocuments": answer, "downloadDocument": answer, "downloadAadhaar": answer,
	}
}

// replaced is a reply with another text in the place of the first old in its body; nil if there is no old.
func replaced(r simulator.Reply, old, text string) *simulator.Reply {
	body := string(r.Bytes())
	if !strings.Contains(body, old) {
		return nil
	}
	return simulator.JSON(http.StatusOK, []byte(strings.Replace(body, old, text, 1)))
}

// with is a success with another text in the place of the first old in its body.
func with(old, text string) func(*simulator.Exchange) *simulator.Reply {
	return func(x *simulator.Exchange) *simulator.Reply { return replaced(x.Ordinary(), old, text) }
}

// failed is a status of a journey that failed.
func failed(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("getStatus/200/completed") {
		return nil
	}
	return r.With(simulator.Values{
		"/data/status": simulator.Quote("failed"), "/data/completed": truth(false), "/data/failed": truth(true),
		"/data/aadhaar_linked": truth(false), "/data/error_description": simulator.Quote("Simulated failure"),
	})
}

// undecided is a status with that word, and nothing else that says anything.
func undecided(word string) func(*simulator.Exchange) *simulator.Reply {
	return func(x *simulator.Exchange) *simulator.Reply {
		r := x.Ordinary()
		if !r.Is("getStatus/200/completed") {
			return nil
		}
		return r.With(simulator.Values{
			"/data/status": simulator.Quote(word), "/data/completed": truth(false),
			"/data/aadhaar_linked": truth(false),
		})
	}
}

// local refuses an address of the caller's own machine.
func local(x *simulator.Exchange) *simulator.Reply {
	o, _ := read(x)
	u, err := url.Parse(o.RedirectURL)
	if err != nil {
		return nil
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil
	}
	return simulator.Page(http.StatusForbidden)
}

// again brings back the newest journey with the same return, with as much as is left of its link.
func again(x *simulator.Exchange) *simulator.Reply {
	o, wrong := read(x)
	if o.RedirectURL == "" || wrong != "" || refuse(x) != nil {
		return nil
	}
	j := x.FindReturn(o.RedirectURL)
	if j == nil {
		return nil
	}
	r := opened(x, j, max(0, j.Life-x.Now.Sub(j.Created)))
	return &r
}

// types is the list with each document twice, once for each of its files.
func types(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("listDocuments/200/two-documents") {
		return nil
	}
	j, _ := find(x)
	return r.With(simulator.Values{"/data/documents": listed(j, "pdf", "xml")})
}

// words is the list with words for ids, which download nothing.
func words(x *simulator.Exchange) *simulator.Reply {
	return items(x, func(item map[string]json.RawMessage) {
		if word, found := map[string]string{`"ADHAR"`: "aadhaar", `"PANCR"`: "pan"}[string(item["doc_type"])]; found {
			item["file_id"] = simulator.Quote(word)
		}
	})
}

// older is the list with the names that one integrator reads.
func older(x *simulator.Exchange) *simulator.Reply {
	return items(x, func(item map[string]json.RawMessage) {
		item["digi_file_id"], item["type"] = item["file_id"], item["doc_type"]
		delete(item, "file_id")
		delete(item, "doc_type")
	})
}

// items is the list with its documents changed.
func items(x *simulator.Exchange, change func(map[string]json.RawMessage)) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("listDocuments/200/two-documents") {
		return nil
	}
	j, _ := find(x)
	var all []map[string]json.RawMessage
	_ = json.Unmarshal(listed(j, ""), &all) // which was made of such a list
	for _, item := range all {
		change(item)
	}
	text, _ := json.Marshal(all)
	return r.With(simulator.Values{"/data/documents": text})
}

// more is an e-Aadhaar with what was seen besides.
func more(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("downloadAadhaar/200/aadhaar") {
		return nil
	}
	r = *r.With(simulator.Values{"/data/aadhaar_xml_data/father_name": []byte("null")})
	for old, text := range map[string]string{
		`"digilocker_metadata":{`: `"auid":"simulated","digilocker_metadata":{"mobile_number":"1000000001",`,
		`"aadhaar_xml_data":{`:    `"aadhaar_xml_data":{"uniqueness_id":"simulated",`,
	} {
		if changed := replaced(r, old, text); changed != nil {
			r = *changed
		}
	}
	return &r
}
