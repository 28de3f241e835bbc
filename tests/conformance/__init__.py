"""Black-box cases for any OpenWhisk; each names the section of the contract it checks."""
