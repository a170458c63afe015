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
	MethodExchange      Method = "Exchange"
	MethodRefresh       Method = "Refresh"
	MethodReadUser      Method = "ReadUser"
	MethodListCatalogue Method = "ListCatalogue"
	MethodListDocuments Method = "ListDocuments"
	MethodFetchFile     Method = "FetchFile"
	MethodRevoke        Method = "Revoke"
)

// Methods returns all, in the order of the constants.
func Methods() []Method {
	return []Method{
		MethodStart, MethodStatus, MethodFetch, MethodCheckAccount, MethodExchange, MethodRefresh, MethodReadUser,
		MethodListCatalogue, MethodListDocuments, MethodFetchFile, MethodRevoke,
	}
}

// Needs returns the capability without which a provider does not have the method; "" is of
// one that every provider has.
func (m Method) Needs() Capability {
	return map[Method]Capability{
		MethodCheckAccount: CanCheckAccount, MethodExchange: CanExchange, MethodRefresh: CanRefresh,
		MethodReadUser: CanReadUser, MethodListCatalogue: CanListCatalogue, MethodListDocuments: CanListDocuments,
		MethodFetchFile: CanFetchFile, MethodRevoke: CanRevoke,
	}[m]
}
