package scan_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/scan"
)

var _ = DescribeTable("in a document it finds", func(text string, want ...string) {
	root, err := document.Parse("acme", []byte("a: 1\n"+text))
	Expect(err).NotTo(HaveOccurred())
	got := []string{}
	for _, s := range new(scan.Scanner).Suspects(root) {
		got = append(got, s.Kind+" "+s.Pointer)
	}
	Expect(got).To(ConsistOf(want))
},
	Entry("a name in an example", "value: {user: {name: Quill Marble}}", "name /value/user/name"),
	Entry("a name in a list of them", "example: {father_name: [Quill]}", "name /example/father_name/0"),
	Entry("no name of a parameter", "parameters: [{name: doc-type, in: path}]"),
	Entry("no name of a parameter among the components, but one in its example",
		"components: {parameters: {'a/b c': {name: Quill Marble, in: query, example: {name: Quill Marble}}}}",
		"name /components/parameters/a~1b c/example/name"),
	Entry("no name of a property", "properties: {name: {type: string}, dob: {title: full}}"),
	Entry("a number wherever it stands",
		"info: {contact: {x: '9876543210'}, y: '234567890124'}", "mobile /info/contact/x", "aadhaar /info/y"),
	Entry("a number that was not written as text", "value: {phone: 9876543210}", "mobile /value/phone"),
	Entry("none whose last digit is wrong", "info: {y: '234567890123'}"),
	Entry("an address for mail and a PAN in a sentence",
		"info: {description: 'write to asha@bank.example, PAN ABCPE1234F'}",
		"email /info/description", "pan /info/description"),
	Entry("a key by the name of its member", "value: {client_secret: s3cr3t-9f}", "credential /value/client_secret"),
	Entry("what replaces a value",
		"sources: [{replace: [{at: /a/name, with: '9876543210'}]}]", "mobile /sources/0/replace/0/with"),
	Entry("nothing in what is invented", "value: {name: Fakenamea Person, mobile: '1000000001', pan: XXXXX0000X}"),
)
