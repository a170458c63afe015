package setu_test

import (
	"net/url"
	"strings"

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

var _ = Describe("ParseReturn", func() {
	// read is what comes of an address, the same at each reading.
	read := func(query string) kyc.Return {
		GinkgoHelper()
		a := offline()
		r, err := a.ParseReturn(ref, address(query))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Ref).To(Equal(ref))
		again, err := a.ParseReturn(r.Ref, address(query)) // replayed
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{again.State, again.Granted, again.Code, again.Message.Reveal()}).To(Equal([]any{r.State, r.Granted, r.Code, r.Message.Reveal()}))
		return r
	}
	id := "&id=" + string(ref)

	DescribeTable("reads a consent to", Label("SE-D14"), func(query string, granted []kyc.Document) {
		r := read(query)
		Expect(r.State).To(Equal(kyc.Granted))
		Expect(r.Granted).To(Equal(granted))
		Expect(r.Code).To(BeEmpty())
		Expect(r.Message.IsZero()).To(BeTrue())
	},
		Entry("Aadhaar", "?success=True"+id+"&scope=ADHAR", []kyc.Document{kyc.Aadhaar}),
		Entry("all three", "?success=True"+id+"&scope=ADHAR%2BPANCR%2BDRVLC", []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}),
		Entry("all three, with a plus that was not escaped", "?success=True"+id+"&scope=ADHAR+PANCR+DRVLC", []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}),
		Entry("nothing", Label("SE-D15"), "?success=True"+id+"&scope=", []kyc.Document{}),
		Entry("nothing, without an equals sign", Label("SE-D15"), "?success=True"+id+"&scope", []kyc.Document{}),
		Entry("nothing but a plus", "?success=True"+id+"&scope=%2B", []kyc.Document{}),
		Entry("who knows what, before December 2024", "?success=true"+id, nil),
		Entry("a document that nobody documented", "?success=True"+id+"&scope=ADHAR%2BLIBRY", []kyc.Document{kyc.Aadhaar, "LIBRY"}),
		Entry("a code in other letters", "?success=True"+id+"&scope=adhar", []kyc.Document{kyc.Aadhaar}),
		Entry("Aadhaar, in capitals", "?success=TRUE"+id+"&scope=ADHAR", []kyc.Document{kyc.Aadhaar}),
		Entry("Aadhaar, without an id", "?success=true&scope=ADHAR", []kyc.Document{kyc.Aadhaar}),
		Entry("Aadhaar, with an empty id", Label("SE-D26"), "?success=true&id=&scope=ADHAR", []kyc.Document{kyc.Aadhaar}),
		Entry("Aadhaar, behind the caller's own query", "?sessionId=XYZ&sessionId=ABC&success=True"+id+"&scope=ADHAR", []kyc.Document{kyc.Aadhaar}),
		Entry("Aadhaar, with a failure's code that does not belong there", "?success=true&scope=ADHAR&errCode=a&errMessage=b", []kyc.Document{kyc.Aadhaar}),
	)

	DescribeTable("reads a failure", Label("SE-D14"), func(query, code, message string) {
		r := read(query)
		Expect(r.State).To(Equal(kyc.Denied))
		Expect(r.Granted).To(BeNil())
		Expect(r.Code).To(Equal(code))
		Expect(r.Message.Reveal()).To(Equal(message))
		suite.Silent(r, "User denied")
	},
		Entry("as now", "?success=False"+id+"&errCode=access_denied&errMessage=User%20denied", "access_denied", "User denied"),
		Entry("as before December 2024", "?success=false"+id+"&errCode=access_denied&errMessage=User+denied", "access_denied", "User denied"),
		Entry("with a message that has a semicolon", "?success=False"+id+"&errCode=access_denied&errMessage=Denied;+try+again+User+denied", "access_denied", "Denied; try again User denied"),
		Entry("with a message that has a percent sign", "?success=False"+id+"&errCode=access_denied&errMessage=100%+sure:+User+denied", "access_denied", "100% sure: User denied"),
		Entry("behind the caller's own query, which nobody can read", "?view=a;b&off=50%&%zz&success=False"+id+"&errCode=access_denied", "access_denied", ""),
		Entry("without a code", "?success=False"+id, "", ""),
		Entry("with one of Setu's own codes", "?success=False"+id+"&errCode=USER_CONSENT_NOT_GIVEN",
			"USER_CONSENT_NOT_GIVEN", ""),
		Entry("with a trace", "?success=False"+id+"&errCode=1-65f9b08c-0f4644093941c9dd0f9fd5cc",
			"1-65f9b08c-0f4644093941c9dd0f9fd5cc", ""),
		Entry("with a name for a code", "?success=False"+id+"&errCode=Quill_Marble", "", ""),
		Entry("with a PAN for a code", "?success=False"+id+"&errCode=ABCPV1234D", "", ""),
		Entry("with an empty code and message", Label("SE-D26"), "?success=False&errCode=&errMessage=", "", ""),
		Entry("with a scope that does not belong there", "?success=False&scope=ADHAR", "", ""),
	)

	DescribeTable("reads no outcome from", func(query string) {
		r := read(query)
		Expect(r.State).To(BeEmpty())
		Expect(r.Granted).To(BeNil())
		Expect(r.Code).To(BeEmpty())
	},
		Entry("nothing", ""),
		Entry("the caller's own query", "?sessionId=XYZ"),
		Entry("a word with a semicolon", "?success=true;false"+id),
		Entry("an empty word", "?success="+id),
		Entry("another word", "?success=maybe"),
		Entry("a number", "?success=1"),
		Entry("the template's braces", Label("SE-D14"), "?success={True}"),
		Entry("a blank", "?success=true%20"),
		Entry("a name in other letters", "?Success=True&SCOPE=ADHAR"),
		Entry("a scope alone", "?scope=ADHAR"),
		Entry("a word glued to the caller's own query", "?sessionId=XYZ?success=True"),
	)

	DescribeTable("refuses", func(query, at string) {
		r, err := offline().ParseReturn(ref, address(query))
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(at))
		Expect(r.Ref).To(BeEmpty())
		Expect(r.State).To(BeEmpty())
		suite.Silent(err, seed)
	},
		Entry("another journey", "?success=true&id="+seed, "id"),
		Entry("another journey by the case of a letter", "?success=true&id="+strings.ToUpper(string(ref)), "id"),
		Entry("the journey in the template's braces", "?success=true&id={"+string(ref)+"}", "id"),
		Entry("two journeys", "?success=true"+id+"&id="+seed, "id"),
		Entry("the same journey twice", "?success=true"+id+id, "id"),
		Entry("two outcomes", "?success=false&success=true"+id, "success"),
		Entry("two scopes", "?success=true&scope=&scope=ADHAR", "scope"),
		Entry("two codes", "?success=false&errCode=a&errCode="+seed, "errCode"),
		Entry("two messages", "?success=false&errMessage=a&errMessage="+seed, "errMessage"),
		Entry("an id with an escape that is none", "?success=true&id=%zz"+seed, "id"),
		Entry("an id that readers divide in two ways", "?success=true"+id+";"+seed, "id"),
	)
})
