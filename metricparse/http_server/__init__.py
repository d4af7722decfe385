"""What the servers on this machine share: where they listen, and whom they answer."""
