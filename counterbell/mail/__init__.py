"""E-mail: reading what comes in, whatever its bytes, and sending what goes out."""
