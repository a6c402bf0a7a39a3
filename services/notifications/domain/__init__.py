"""Pure rendering: which event becomes which message, and its German text. No IO, no clock."""
