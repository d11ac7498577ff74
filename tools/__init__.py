"""Small scripts behind `make`; not part of the package."""
