"""Cases beside the training code: what its log must give, held in its own CI."""
