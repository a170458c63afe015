package outlet_test

import (
	"errors"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/outlet"
)

func TestOutlet(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "specs/outlet")
}

// two takes two writes, and no third.
type two struct{ wrote []string }

var errGone = errors.New("nobody reads any more")

func (w *two) Write(p []byte) (int, error) {
	if len(w.wrote) == 2 {
		w.wrote = append(w.wrote, "failed")
		return 0, errGone
	}
	w.wrote = append(w.wrote, string(p))
	return len(p), nil
}

var _ = It("An outlet keeps the first error, and tries no more", func() {
	to := &two{}
	o := &outlet.Outlet{To: to}
	for _, text := range []string{"a", "b", "c", "d"} {
		Expect(o.Write([]byte(text))).To(Equal(1))
	}
	Expect(o.Err).To(MatchError(errGone))
	Expect(to.wrote).To(Equal([]string{"a", "b", "failed"}))
})
