package authpartner_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider/authpartner"
	"example.com/digilocker/contract/simulator"
)

// digest is that of the operations without a user.
func digest(form url.Values, members ...string) string {
	text := authpartner.SimulatorClientSecret
	for _, name := range members {
		text += form.Get(name)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// meta is an operation without a user.
type meta struct {
	path    string
	members []string // of the digest
	form    url.Values
}

// metas are those operations, each with a form that is taken.
func metas() map[string]meta {
	all := map[string]meta{
		"issuers": {"/public/oauth2/1/pull/issuers", []string{"clientid", "ts"}, url.Values{}},
		"doctype": {
			"/public/oauth2/1/pull/doctype",
			[]string{"clientid", "orgid", "ts"},
			url.Values{"orgid": {"000018"}},
		},
		"parameters": {
			"/public/oauth2/1/pull/parameters",
			[]string{"clientid", "orgid", "doctype", "ts"},
			url.Values{"orgid": {"000018"}, "doctype": {"INCER"}},
		},
		"verify": {
			"/public/account/2/verify",
			[]string{"clientid", "mobile", "ts"},
			url.Values{"mobile": {"1000000001"}},
		},
		"pushuri": {"/public/account/1/pushuri", []string{
			"clientid", "digilockerid", "uri", "doctype", "description", "docid", "issuedate", "action", "ts",
		}, url.Values{
			"digilockerid": {
				"00000000-0000-4000-8000-001000000001",
			}, "uri": {"in.gov.fake-XXXXX-1"}, "doctype": {"XXXXX"},
			"description": {"A paper"}, "docid": {"1"}, "issuedate": {"01012020"}, "action": {"A"},
		}},
		"statistics": {"/public/statistics/1/counts", []string{"clientid", "ts"}, url.Values{}},
	}
	for _, m := range all {
		m.form.Set("clientid", authpartner.SimulatorClientID)
	}
	return all
}

// ask sends it as it was that long ago, with changes.
func (m meta) ask(ctx context.Context, r *rig, ago time.Duration, changes ...string) calls.Answer {
	GinkgoHelper()
	m.form.Set("ts", strconv.FormatInt(time.Now().Add(-ago).Unix(), 10))
	for i := 0; i < len(changes); i += 2 {
		m.form.Set(changes[i], changes[i+1])
	}
	if !m.form.Has("hmac") {
		m.form.Set("hmac", digest(m.form, m.members...))
	}
	return r.post(ctx, m.path, m.form)
}

var _ = Describe("DigiLocker without a user", func() {
	names := []string{"issuers", "doctype", "parameters", "verify", "pushuri", "statistics"}

	for _, name := range names {
		DescribeTable(
			"answers "+name+" as it is asked:",
			func(ctx SpecContext, status int, says string, ago time.Duration, changes ...string) {
				r := newRig(simulator.Options{})
				got := metas()[name].ask(ctx, r, ago, changes...)
				Expect(got.Status).To(Equal(status), got.Body)
				if status != http.StatusOK {
					Expect(strings.TrimSpace(got.Member("error"))).To(Equal(
						map[int]string{400: "invalid_parameter", 401: "invalid_client_id"}[status]))
					Expect(got.Member("error_description")).To(Equal(says))
				}
			},
			Entry("well", 200, "", time.Duration(0)),
			Entry("a while ago", 200, "", 29*time.Minute),
			Entry("too long ago", 400, "Timestamp parameter is missing or invalid", 31*time.Minute),
			Entry("ahead of time", 400, "Timestamp parameter is missing or invalid", -10*time.Minute),
			Entry("at no time", 400, "Timestamp parameter is missing or invalid", time.Duration(0), "ts", "now"),
			Entry(
				"with another digest",
				400,
				"HMAC parameter is missing or invalid",
				time.Duration(0),
				"hmac",
				strings.Repeat("0", 64),
			),
			Entry("without one", 400, "HMAC parameter is missing or invalid", time.Duration(0), "hmac", ""),
			Entry(
				"by another client",
				401,
				"The client_id parameter is invalid",
				time.Duration(0),
				"clientid",
				"other",
			),
		)
	}

	It(
		"takes the digest in lower case alone, and the parts of a form",
		Label("DL-D34", "DL-D36"),
		func(ctx SpecContext) {
			r := newRig(simulator.Options{})
			m := metas()["issuers"]
			m.form.Set("ts", strconv.FormatInt(time.Now().Unix(), 10))
			sum := digest(m.form, m.members...)
			Expect(
				m.ask(ctx, r, 0, "ts", m.form.Get("ts"), "hmac", strings.ToUpper(sum)).Status,
			).To(
				Equal(http.StatusBadRequest),
			)
			var parts strings.Builder
			for name, value := range map[string]string{
				"clientid": authpartner.SimulatorClientID, "ts": m.form.Get("ts"), "hmac": sum,
			} {
				fmt.Fprintf(&parts, "--x\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
			}
			got := calls.Send(
				ctx,
				"POST",
				r.base+m.path,
				parts.String()+"--x--\r\n",
				"Content-Type",
				"multipart/form-data; boundary=x",
			)
			Expect(got.Status).To(Equal(http.StatusOK), got.Body)
		},
	)

	It("says what is wrong with a pull's issuer and type", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		for _, name := range []string{"doctype", "parameters"} {
			got := metas()[name].ask(ctx, r, 0, "orgid", "9")
			Expect(got.Member("error_description")).To(Equal("The orgid parameter is missing or invalid"))
		}
		got := metas()["parameters"].ask(ctx, r, 0, "doctype", "XXXXX")
		Expect(got.Member("error_description")).To(Equal("The doctype parameter is missing or invalid"))
	})

	DescribeTable(
		"says whether somebody has an account:",
		Label("DL-D37"),
		func(ctx SpecContext, name, number, want, id string) {
			r := newRig(simulator.Options{})
			m := metas()["verify"]
			m.form.Del("mobile")
			m.members = []string{"clientid", name, "ts"}
			got := m.ask(ctx, r, 0, name, number)
			Expect(got.Status).To(Equal(http.StatusOK), got.Body)
			Expect(got.Member("registered")).To(Equal(want))
			Expect(got.Member("digilockerid")).To(Equal(id))
		},
		Entry("by a mobile number", "mobile", "1000000001", "true", "00000000-0000-4000-8000-001000000001"),
		Entry("by Aadhaar", "uid", "000000000001", "true", "00000000-0000-4000-8000-001000000001"),
		Entry("of the sample", "mobile", "9999999999", "true", "123e4567-e89b-12d3-a456-426655440000"),
		Entry("before signing up", "mobile", "1000000003", "false", ""),
		Entry("of nobody", "mobile", "1000009999", "false", ""),
		Entry("by the wrong number", "uid", "1000000001", "false", ""),
	)

	It("wants one number for that", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		for _, changes := range [][]string{{"mobile", ""}, {"uid", "000000000001"}} {
			got := metas()["verify"].ask(ctx, r, 0, changes...)
			Expect(got.Member("error")).To(Equal("invalid_parameter "), "with the blank of the sample (DL-D21)")
			Expect(got.Member("error_description")).To(Equal("Either one of uid or mobile number is mandatory"))
		}
	})

	DescribeTable(
		"takes a URI from its issuer:",
		func(ctx SpecContext, status int, says string, changes ...string) {
			r := newRig(simulator.Options{})
			got := metas()["pushuri"].ask(ctx, r, 0, changes...)
			Expect(got.Status).To(Equal(status), got.Body)
			if says != "" {
				Expect(got.Member("error_description")).To(Equal(says))
			} else {
				Expect(got.Body).To(BeEmpty())
			}
		},
		Entry("without a URI", 400, "URI parameter is missing or invalid", "uri", ""),
		Entry("without a type", 400, "Doctype parameter is missing or invalid", "doctype", ""),
		Entry("without a description", 400, "Description parameter is missing or invalid", "description", ""),
		Entry("without an id", 400, "Docid parameter is missing or invalid", "docid", ""),
		Entry("with another date", 400, "Issuedate parameter is missing or invalid", "issuedate", "2020-01-01"),
		Entry("to nobody", 404, "The digilockerid parameter is invalid", "digilockerid", "x"),
		Entry("that is there", 400, "URI already exists in this account", "uri", "in.gov.pan-PANCR-AAAPA0001A"),
		Entry(
			"that somebody else has",
			400,
			"URI already exists in another account",
			"uri",
			"in.gov.pan-PANCR-AAAPA0002A",
		),
		Entry("that is there, to change it", 200, "", "uri", "in.gov.pan-PANCR-AAAPA0001A", "action", "U"),
	)

	It("takes either digest of a pushed URI", Label("DL-D39"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		for _, more := range [][]string{nil, {"doccontent", "datacontent"}} {
			m := metas()["pushuri"]
			m.members = append(m.members, more...)
			Expect(m.ask(ctx, r, 0, "doccontent", "AAAA").Status).To(Equal(http.StatusOK))
		}
	})
})
