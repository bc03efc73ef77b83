"""Who asks. In personal mode: the one owner of this machine."""
