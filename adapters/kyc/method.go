package kyc

// Method names a method of [Provider], or of a capability, that calls the provider; what
// makes no call, such as ParseReturn, is none.
type Method string

// The methods. Every provider has the first three.
const (
	MethodStart         Method = "Start"
	MethodStatus        Method = "Status"
	MethodFetch         Method = "Fetch"
	MethodCheckAccount  Method = "CheckAccount"
	MethodListCatalogue Method = "ListCatalogue"
	MethodFetchFile     Method = "FetchFile"
	MethodRevoke        Method = "Revoke"
)

// Methods returns all, in the order of the constants.
func Methods() []Method {
	return []Method{
		MethodStart, MethodStatus, MethodFetch, MethodCheckAccount, MethodListCatalogue, MethodFetchFile, MethodRevoke,
	}
}

// Needs returns the capability without which a provider does not have the method; "" is of
// one that every provider has.
func (m Method) Needs() Capability {
	return map[Method]Capability{
		MethodCheckAccount: CanCheckAccount, MethodListCatalogue: CanListCatalogue,
		MethodFetchFile: CanFetchFile, MethodRevoke: CanRevoke,
	}[m]
}
