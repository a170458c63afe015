package kyc

// StartChecker is a Provider that can tell what its Start would refuse before any call, so
// that nobody learns only in an outage that the next provider cannot take over.
type StartChecker interface {
	// CheckStart makes no call. Its error is the one that Start would return for the same
	// request before any call; nil says no more than that there is none.
	CheckStart(req StartRequest) error
}

// DocumentReader is a Provider that can tell which documents its Fetch reads.
type DocumentReader interface {
	// Fetches lists them; of any other one, Fetch is [errors.ErrUnsupported]. It makes no call.
	Fetches() []Document
}
