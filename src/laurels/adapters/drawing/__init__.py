"""Pictures of ours as SVG text: the leaf, tiers' glyphs, medals, badges and cards; all pure."""
