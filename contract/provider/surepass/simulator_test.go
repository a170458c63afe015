package surepass_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/surepass"
	"example.com/digilocker/contract/simulator"
)

// asked is the body of a request for a journey with these members besides.
func asked(members string) string { return `{"data":{"signup_flow":true` + members + `}}` }

const back = `,"redirect_url":"https://shop.example/back?cart=7"`

// said is the text at the pointer below data of an answer.
func said(a calls.Answer, member string) string {
	GinkgoHelper()
	var body struct{ Data map[string]any }
	Expect(json.Unmarshal([]byte(a.Body), &body)).To(Succeed(), a.Body)
	text, _ := body.Data[member].(string)
	return text
}

var _ = Describe("The simulator's Surepass", func() {
	It("sends users back to the shop's address as it is", func(ctx SpecContext) {
		r := newRig()
		opened := r.initialize(ctx, asked(back))
		u, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, said(opened, "url"))
		Expect(err).NotTo(HaveOccurred())
		Expect(u.Query()).To(Equal(url.Values{"cart": {"7"}}))
	})

	It("is of the link flow for who gives an address to come back to, and else of an SDK", func(ctx SpecContext) {
		r := newRig()
		Expect(r.initialize(ctx, asked("")).Body).NotTo(ContainSubstring(`"url"`))
		Expect(said(r.initialize(ctx, asked(back)), "url")).To(HavePrefix(r.server.URL))
		Expect(said(r.initialize(ctx, asked(back)), "client_id")).To(MatchRegexp(`^digilocker_[A-Za-z]{20}$`))
	})

	DescribeTable("lets a link live as long as is asked for:", func(ctx SpecContext, minutes time.Duration) {
		r := newRig()
		consent, err := r.asking(minutes*time.Minute).Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.ExpiresAt).To(BeTemporally("~", time.Now().Add(minutes*time.Minute), 30*time.Second))
		r.sim.Advance(minutes*time.Minute - 30*time.Second)
		Expect(r.adapter.Status(ctx, consent.Ref)).To(HaveField("State", kyc.Pending))
		r.sim.Advance(time.Minute)
		Expect(r.adapter.Status(ctx, consent.Ref)).To(HaveField("State", kyc.Expired))
		_, err = simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
		Expect(err).To(MatchError(ContainSubstring("has expired")))
	},
		Entry("the least", time.Duration(5)), Entry("between", time.Duration(17)), Entry("the most", time.Duration(30)),
	)

	DescribeTable("refuses what breaks the table:", func(ctx SpecContext, body string) {
		got := newRig().initialize(ctx, body)
		Expect(got.Status).To(Equal(422))
		Expect(got.Body).To(And(ContainSubstring(`"success":false`), ContainSubstring(`"data":null`),
			Not(ContainSubstring("message_code"))))
	},
		Entry("no data", `{"signup_flow":true}`), Entry("data of another type", `{"data":[]}`),
		Entry("no signup_flow", `{"data":{}}`), Entry("no JSON", `{`),
		Entry("no address", asked(`,"redirect_url":"shop"`)),
		Entry("too short a life", asked(`,"expiry_minutes":4`)),
		Entry("too long a life", asked(`,"expiry_minutes":31`)),
		Entry("a part of a minute", asked(`,"expiry_minutes":5.5`)),
		Entry("too long a state", asked(`,"state":"`+strings.Repeat("ä", 101)+`"`)),
	)

	It("takes a state of 100 characters", func(ctx SpecContext) {
		Expect(newRig().initialize(ctx, asked(`,"state":"`+strings.Repeat("ä", 100)+`"`)).Status).To(Equal(200))
	})

	DescribeTable("checks credentials:", func(ctx SpecContext, header ...string) {
		r := newRig()
		for _, path := range []string{"status/a", "list-documents/a", "download-document/a/b", "download-aadhaar/a"} {
			got := calls.Send(ctx, "GET", r.server.URL+"/surepass"+base+path, "", header...)
			Expect(got.Status).To(Equal(401), path)
			Expect(got.Body).To(MatchJSON(suite.Example(expired)))
		}
		got := calls.Send(ctx, "POST", r.server.URL+"/surepass"+base+"initialize", asked(""), header...)
		Expect(got.Status).To(Equal(401))
	},
		Entry("none"), Entry("a wrong token", "Authorization", "Bearer another"),
		Entry("no Bearer", "Authorization", surepass.SimulatorToken),
	)

	DescribeTable("is not reached under its own hosts:", func(ctx SpecContext, host string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(surepass.Provider)...)
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(http.StatusMisdirectedRequest))
	},
		Entry("UAT", "sandbox.surepass.app"), Entry("production", "kyc-api.surepass.app"),
	)

	It("hands a file out once it was listed, to its own journey, for as long as its link says", func(ctx SpecContext) {
		r := newRig()
		journey := r.granted(ctx, simulator.Complete)
		var list struct {
			Data struct {
				Documents []struct {
					FileID  string `json:"file_id"`
					DocType string `json:"doc_type"`
				}
			}
		}
		Expect(json.Unmarshal([]byte(r.get(ctx, "list-documents/"+id(journey)).Body), &list)).To(Succeed())
		Expect(list.Data.Documents).To(HaveLen(3))
		for _, d := range list.Data.Documents {
			got := r.get(ctx, "download-document/"+id(journey)+"/"+d.FileID)
			Expect(got.Status).To(Equal(200), d.DocType)
			link, err := url.Parse(said(got, "download_url"))
			Expect(err).NotTo(HaveOccurred())
			Expect(link.Query().Get("X-Amz-Expires")).To(Equal("172800"))
			Expect(said(got, "mime_type")).To(Equal("application/xml"))
			Expect(calls.Send(ctx, "GET", link.String(), "").Body).To(ContainSubstring("<"))
		}
		other := r.granted(ctx, simulator.Complete)
		r.get(ctx, "list-documents/"+id(other))
		Expect(r.get(ctx, "download-document/"+id(other)+"/"+list.Data.Documents[0].FileID).Status).To(Equal(404))
	})

	It("has a PDF beside each XML where files are told apart", func(ctx SpecContext) {
		r := newRig()
		r.fault("file types")
		journey := r.granted(ctx, simulator.Complete)
		for _, format := range []string{"pdf", "xml"} {
			wanted := kyc.FileRequest{Type: "PANCR", Format: format}
			file, err := r.adapter.(kyc.FileFetcher).FetchFile(ctx, journey, wanted)
			Expect(err).NotTo(HaveOccurred())
			Expect(file.Format).To(Equal(format))
			body := calls.Send(ctx, "GET", file.Link.Reveal(), "").Body
			Expect(strings.HasPrefix(body, "%PDF")).To(Equal(format == "pdf"))
		}
	})

	It("brings back a dead journey for the address of an earlier one, by a fault", func(ctx SpecContext) {
		r := newRig()
		first := r.start(ctx)
		r.sim.Advance(simulator.LinkLife + time.Second)
		r.fault("same redirect")
		again := r.initialize(ctx, asked(`,"redirect_url":"`+request.ReturnTo+`"`))
		Expect(said(again, "client_id")).To(Equal(id(first.Ref)))
		Expect(again.Body).To(ContainSubstring(`"expiry_seconds":0.0`))
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, said(again, "url"))
		Expect(err).To(MatchError(ContainSubstring("has expired")))
		other := request
		other.ReturnTo += "&attempt=2"
		fresh, err := r.adapter.Start(ctx, other)
		Expect(err).NotTo(HaveOccurred())
		Expect(id(fresh.Ref)).NotTo(Equal(id(first.Ref)))
		Expect(calls.Send(ctx, "POST", r.server.URL+"/surepass"+base+"initialize", asked(back)).Status).To(Equal(401))
	})

	It("keeps a user waiting who is back, by a fault, until it is cleared", func(ctx SpecContext) {
		r := newRig()
		journey := r.granted(ctx, simulator.Complete)
		r.fault("client initiated")
		Expect(r.adapter.Status(ctx, journey)).To(HaveField("State", kyc.Pending))
		r.sim.ClearFaults()
		Expect(r.adapter.Status(ctx, journey)).To(HaveField("State", kyc.Granted))
	})

	DescribeTable("tells what is decided here:", func(ctx SpecContext, says string, holds func(context.Context, rig)) {
		Expect(surepass.Provider.Simulator.Unpublished).To(ContainElement(says))
		holds(ctx, newRig())
	},
		Entry("the webhook", "One webhook is sent, of a consent; a refusal sends none.",
			func(ctx context.Context, r rig) {
				_, err := simulator.NewVisitor(simulator.Complete).Deny(ctx, r.start(ctx).URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				Expect(r.hooks()).To(BeEmpty())
				journey := r.granted(ctx, simulator.Complete)
				Expect(r.hooks()).To(HaveExactElements(MatchJSON(
					`{"client_id":"` + id(journey) + `","status":"success","type":"digilocker"}`)))
			}),
		Entry("a refusal",
			"A journey is pending until its user consents, also after a refusal and behind the end of its link.",
			func(ctx context.Context, r rig) {
				consent := r.start(ctx)
				_, err := simulator.NewVisitor(simulator.Complete).Deny(ctx, consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				Expect(said(r.get(ctx, "status/"+id(consent.Ref)), "status")).To(Equal("pending"))
				r.sim.Advance(simulator.LinkLife + time.Second)
				Expect(said(r.get(ctx, "status/"+id(consent.Ref)), "status")).To(Equal("pending"))
			}),
		Entry("state", "state, of at most 100 characters, is in no answer, no webhook and no return.",
			func(ctx context.Context, r rig) {
				opened := r.initialize(ctx, asked(back+`,"state":"tracked"`))
				u, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, said(opened, "url"))
				Expect(err).NotTo(HaveOccurred())
				status := r.get(ctx, "status/"+said(opened, "client_id"))
				for _, text := range append(r.hooks(), opened.Body, status.Body, u.String()) {
					Expect(text).NotTo(ContainSubstring("tracked"))
				}
			}),
		Entry("what is asked of the user",
			"The consent page asks for Aadhaar, PAN and driving licence, whatever aadhaar_xml says.",
			func(ctx context.Context, r rig) {
				listed, err := r.adapter.(kyc.DocumentLister).ListDocuments(ctx, r.granted(ctx, simulator.Complete))
				Expect(err).NotTo(HaveOccurred())
				Expect(listed).To(HaveExactElements(HaveField("Document", kyc.PAN), HaveField("Document", kyc.Aadhaar),
					HaveField("Document", kyc.DrivingLicence)))
			}),
		Entry("the list before consent", "listDocuments gives an empty list before consent, and to who shares nothing.",
			func(ctx context.Context, r rig) {
				consent := r.start(ctx)
				_, err := r.adapter.(kyc.DocumentLister).ListDocuments(ctx, consent.Ref)
				Expect(err).To(MatchError(kyc.ErrPending))
				visitor := simulator.NewVisitor(simulator.Complete)
				visitor.Documents = []kyc.Document{}
				_, err = visitor.Allow(ctx, consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				listed, err := r.adapter.(kyc.DocumentLister).ListDocuments(ctx, consent.Ref)
				Expect(err).NotTo(HaveOccurred())
				Expect(listed).To(BeEmpty())
			}),
		Entry("the end of a consent",
			"A consent lasts an hour; then the journey is unknown, with the 404 of getStatus, whatever the operation.",
			func(ctx context.Context, r rig) {
				journey := id(r.granted(ctx, simulator.Complete))
				r.sim.Advance(simulator.ConsentLife + time.Second)
				for _, path := range []string{"status/", "list-documents/", "download-aadhaar/"} {
					got := r.get(ctx, path+journey)
					Expect(got.Status).To(Equal(404), path)
					Expect(got.Body).To(MatchJSON(suite.Example(unknown)))
				}
			}),
	)

	It("answers about the published person as published, Aadhaar once", func(ctx SpecContext) {
		r := newRig()
		journey := r.granted(ctx, simulator.Published)
		record, err := r.adapter.Fetch(ctx, journey, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Person.Name.Reveal()).To(Equal("John Doe"))
		Expect(calls.Send(ctx, "GET", record.File.Link.Reveal(), "").Body).
			To(And(ContainSubstring(`name="John Doe"`), ContainSubstring(`dob="01-01-1990"`)))
		Expect(r.get(ctx, "download-aadhaar/"+id(journey)).Status).To(Equal(422))
	})
})
