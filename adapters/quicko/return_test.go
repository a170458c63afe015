package quicko_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// address is what the user came back to.
func address(query string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse(back + query)
	Expect(err).NotTo(HaveOccurred())
	return u
}

var _ = Describe("ParseReturn", Label("SB-D22"), func() {
	// read is what comes of an address, the same at each reading.
	read := func(query string) kyc.Return {
		GinkgoHelper()
		r, err := offline().ParseReturn(ref, address(query))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Ref).To(Equal(ref))
		Expect(r.Granted).To(BeNil())
		again, err := offline().ParseReturn(r.Ref, address(query)) // replayed
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{again.State, again.Code, again.Message.Reveal()}).To(Equal([]any{r.State, r.Code,
			r.Message.Reveal()}))
		return r
	}

	DescribeTable("takes nothing from", func(query string) {
		r := read(query)
		Expect(r.State).To(BeEmpty())
		Expect(r.Code).To(BeEmpty())
		Expect(r.Message.IsZero()).To(BeTrue())
	},
		Entry("nothing", ""),
		Entry("the caller's own query", "?session=XYZ"),
		Entry("DigiLocker's code and state",
			"?code=9f2c&state=e385432b%7C"+string(ref)+"%7Chttps%3A%2F%2Fshop.example%2Fback"),
		Entry("the state of another journey, whose form nobody published", "?code=9f2c&state=somebody-elses"),
		Entry("a success that Quicko does not send", "?status=succeeded&success=true&session_id=other"),
		Entry("an error that is none of OAuth's", "?error=Quill+Marble&error_description=Quill+Marble"),
		Entry("an empty error", "?error=&error_description=a"),
		Entry("an error in braces", "?error={access_denied}"),
		Entry("the end of a session at DigiLocker, which is a success", "?error=user_loggedout&error_description=user"),
		Entry("a name in other letters", "?Error=access_denied"),
	)

	DescribeTable("reads a code, and no state, from", func(query, code, message string) {
		r := read(query)
		Expect(r.State).To(BeEmpty())
		Expect(r.Code).To(Equal(code))
		Expect(r.Message.Reveal()).To(Equal(message))
		suite.Silent(r, "User denied")
	},
		Entry("OAuth's word for a refusal", "?error=access_denied&error_description=User+denied&state=a",
			"access_denied", "User denied"),
		Entry("that alone", "?error=access_denied", "access_denied", ""),
		Entry("that in capitals", "?error=ACCESS_DENIED", "ACCESS_DENIED", ""),
		Entry("that behind what cannot be read", "?view=a;b&off=50%&%zz&error=access_denied", "access_denied", ""),
		Entry("another error of OAuth's", "?error=server_error&error_description=User+denied", "server_error",
			"User denied"),
	)

	It("ends no journey: after a forged refusal the document comes once the user has consented", func(ctx SpecContext) {
		states := []string{"created", "authorized", "succeeded"}
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if !strings.HasSuffix(r.URL.Path, "/status") {
				fmt.Fprint(w, document)
				return
			}
			fmt.Fprint(w, inState(states[min(asked, len(states)-1)]))
			asked++
		}))
		DeferCleanup(s.Close)
		a := (&server{&suite.Server{Server: s}}).adapter()
		forged, err := kyc.Complete(ctx, a, ref, address("?error=access_denied&error_description=User+denied"))
		Expect(err).NotTo(HaveOccurred())
		saw, err := kyc.WaitFetch(ctx, a, ref, kyc.Aadhaar, kyc.Waiting{
			Return: forged, Budget: kyc.Budget{First: time.Millisecond, Growth: 1, Calls: 4},
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record.Document).To(Equal(kyc.Aadhaar))
		Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{3, 1}))
	})

	DescribeTable("refuses", func(query, at string) {
		r, err := offline().ParseReturn(ref, address(query))
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(at))
		Expect(r.Ref).To(BeEmpty())
		suite.Silent(err, seed)
	},
		Entry("two errors", "?error=access_denied&error="+seed, "error"),
		Entry("two words on one", "?error_description=a&error_description="+seed, "error_description"),
	)

	It("refuses a ref of somebody else", func() {
		for _, other := range []kyc.Ref{"", "7483920.vrf", "../" + ref, kyc.Ref(strings.Repeat("a", 65))} {
			_, err := offline().ParseReturn(other, address(""))
			Expect(err).To(MatchError(kyc.ErrInvalid))
			Expect(detail(err).Member).To(Equal("Ref"))
		}
	})
})
