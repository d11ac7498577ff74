"""Every path measured beside what a careful team writes first, and beside its limit."""
