package cashfree

import (
	"strings"

	"example.com/digilocker/contract/simulator"
)

// answering is what a variant answers by: a function for each operation that it is of.
type answering = map[string]func(*simulator.Exchange) *simulator.Reply

// variants are what older pages say otherwise, of which no example stands in the document.
var variants = map[string]simulator.Variant{
	"capitalised states": {
		Says:    "older pages write the states of a journey as Pending, Authenticated and Expired (CF-D13)",
		Answers: answering{"getStatus": capitalised},
	},
	"older server error": {
		Says:    "older pages have another message in HTTP 500 (CF-D26)",
		Answers: everywhere(olderServerError),
	},
	"photo as a link": {
		Says:    "older pages describe photo_link as a link (CF-D21)",
		Answers: answering{"getDocument": photoAsLink},
	},
}

// unpublished are our decisions.
var unpublished = []string{
	"Headers are checked first, then the signature, then the members in the order of the pages.",
	"A signature that is wrong or old is answered as one that is missing.",
	"verifyAccount answers missing credentials as the other operations do.",
	"Of a verification_id and a reference_id that disagree neither counts.",
	"createURL answers a verification_id that is too long as verifyAccount does (CF-D18).",
	"Journeys and account checks have verification_ids of their own.",
	"A mobile number has 9 to 12 digits (CF-D2).",
	"A redirect_url of more than 2048 characters is invalid.",
	"The user returns with verification_id, and so does one who refused.",
	"A document is asked for while nobody has consented: 400 consent_not_granted, as for one that is not shared.",
	"A consent that ran out is EXPIRED, with the user's details, as the example has it (CF-D14).",
	"The documents of one of the people are being checked for 30 seconds, which gets the 202.",
	"The webhook of a refusal has the body of a success, with its own event and state.",
	"No webhook is sent of a link or of a consent that expires, nor of a failure: no body is published.",
}

func everywhere(answer func(*simulator.Exchange) *simulator.Reply) answering {
	all := answering{}
	for operation := range operations {
		all[operation] = answer
	}
	return all
}

func capitalised(x *simulator.Exchange) *simulator.Reply {
	j, wrong := find(x)
	if refuse(x) != nil || wrong != nil {
		return nil
	}
	put := statusValues(j)
	r := x.Say(put, statusExamples(j)...)
	state := r.Example.Text("/status")
	if own := string(put["/status"]); own != "" {
		state = strings.Trim(own, `"`)
	}
	if state == "" || state == "CONSENT_DENIED" { // which only newer pages have
		return nil
	}
	return r.With(simulator.Values{"/status": simulator.Quote(state[:1] + strings.ToLower(state[1:]))})
}

func olderServerError(x *simulator.Exchange) *simulator.Reply {
	if refuse(x) != nil {
		return nil
	}
	const message = "Unable to process your request. Try again after some time"
	return x.Say(nil, "500/internal-server-error").With(simulator.Values{"/message": simulator.Quote(message)})
}

func photoAsLink(x *simulator.Exchange) *simulator.Reply {
	r := x.Ordinary()
	if !r.Is("getDocument/200/aadhaar", "getDocument/200/driving-license") {
		return nil
	}
	return r.With(simulator.Values{"/photo_link": simulator.Quote("https://photos.example/1")})
}
