package simulator_test

import (
	"bytes"
	"encoding/base64"
	"image/jpeg"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/simulator"
)

var _ = Describe("The people", func() {
	It("have photos that can be shown", func() {
		for _, p := range simulator.People() {
			for _, photo := range []string{p.EAadhaar().Photo, p.DrivingLicence().Photo} {
				file, err := base64.StdEncoding.DecodeString(photo)
				Expect(err).NotTo(HaveOccurred(), p.Key)
				_, err = jpeg.Decode(bytes.NewReader(file))
				Expect(err).NotTo(HaveOccurred(), p.Key)
			}
		}
	})
})
