package acme

import (
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// SimulatorKey is the credential that the simulator takes.
const SimulatorKey = "acme-simulator-key-opens-nothing"

// behaviour is which cause leads to which documented answer.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{{Name: "x-acme-key", Value: SimulatorKey}},
	Refuse: func(x *simulator.Exchange) *simulator.Reply {
		if x.Request.Header.Get("x-acme-key") == SimulatorKey {
			return nil
		}
		r := x.Borrow("openJourney/401/no-key", 0) // the others document none
		return &r
	},
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"openJourney": open, "getJourney": tell, "getIDCard": handOut,
	},
	Offers: func(*simulator.Journey) []kyc.Document { return []kyc.Document{kyc.Aadhaar} },
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/journeys", "-H", "x-acme-key: " + SimulatorKey,
			"--json", `{"id":"order-42","documents":["id-card"],"return_to":"https://shop.example/back"}`,
		}
	},
}

// states are Acme's words for how far a user is.
var states = map[simulator.State]string{
	simulator.Pending: "WAITING", simulator.Granted: "CONSENTED", simulator.Denied: "REFUSED",
	simulator.LinkExpired: "EXPIRED", simulator.ConsentExpired: "EXPIRED",
}

func open(x *simulator.Exchange) simulator.Reply {
	documents, _ := x.Texts("documents")
	if len(documents) == 0 {
		return x.Say(nil, "400/no-documents")
	}
	j := x.Start(x.Text("id"), x.Text("return_to"), []kyc.Document{kyc.Aadhaar}, "")
	if j == nil {
		return x.Say(nil, "409/id-taken")
	}
	return x.Say(simulator.Values{"/id": simulator.Quote(j.ID), "/link": simulator.Quote(j.ConsentURL())}, "200/opened")
}

func tell(x *simulator.Exchange) simulator.Reply {
	j := x.Find(x.Request.PathValue("journey_id"))
	if j == nil {
		return x.Say(nil, "404/no-journey")
	}
	put := simulator.Values{"/id": simulator.Quote(j.ID), "/state": simulator.Quote(states[j.State])}
	return x.Say(put, map[simulator.State]string{
		simulator.Pending: "200/waiting", simulator.Granted: "200/consented", simulator.Denied: "200/refused",
		simulator.LinkExpired: "200/too-late", simulator.ConsentExpired: "200/too-late",
	}[j.State])
}

func handOut(x *simulator.Exchange) simulator.Reply {
	j := x.Find(x.Request.PathValue("journey_id"))
	switch {
	case j == nil:
		return x.Say(nil, "404/no-journey")
	case j.State == simulator.Pending:
		return x.Say(nil, "409/not-yet")
	case j.State == simulator.Denied:
		return x.Say(nil, "409/refused")
	case j.State != simulator.Granted:
		return x.Say(nil, "409/too-late")
	case !j.Person.Has(kyc.Aadhaar):
		return x.Say(nil, "404/no-card")
	case !j.Has(kyc.Aadhaar):
		return x.Say(nil, "409/not-shared")
	case j.Person.Published: // whose card is the documented one
		return x.Say(nil, "200/card")
	}
	return x.Say(simulator.Values{
		"/name": simulator.Quote(j.Person.Name), "/birth": simulator.Quote(j.Person.Birth),
		"/number": simulator.Quote("XXXXXXXX" + papers.LastFour(j.Person.Aadhaar)),
	}, "200/card")
}
