"""Pages that come with packages, and those that exist only in development. The letters are explained in `roles`."""

#                                         GET            POST, without a single field
ACCOUNTS = {
    "account_login":                      ("orrrrrrrrrr", "orrrrrrrrrr"),
    "account_logout":                     ("roooooooooo", "rrrrrrrrrrr"),
    "account_inactive":                   ("ooooooooooo", "mmmmmmmmmmm"),
    "account_signup":                     ("orrrrrrrrrr", "orrrrrrrrrr"),
    "account_reauthenticate":             ("Loooooooooo", "Loooooooooo"),
    "account_email":                      ("Loooooooooo", "Lrrrrrrrrrr"),
    "account_email_verification_sent":    ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "account_change_password":            ("Loooooooooo", "Loooooooooo"),
    "account_set_password":               ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "account_reset_password":             ("ooooooooooo", "ooooooooooo"),
    "account_confirm_login_code":         ("rrrrrrrrrrr", "rrrrrrrrrrr"),
    "account_confirm_password_reset_code": ("LLLLLLLLLLL", "LLLLLLLLLLL"),
    "account_complete_password_reset":    ("rrrrrrrrrrr", "rrrrrrrrrrr"),
    "account_password_reset_completed":   ("ooooooooooo", "mmmmmmmmmmm"),
    "account_request_login_code":         ("orrrrrrrrrr", "brrrrrrrrrr"),
    "mfa_index":                          ("Loooooooooo", "Lmmmmmmmmmm"),
    "mfa_authenticate":                   ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_reauthenticate":                 ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_activate_totp":                  ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_deactivate_totp":                ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
    "mfa_view_recovery_codes":            ("Lnnnnnnnnnn", "Lmmmmmmmmmm"),
    "mfa_generate_recovery_codes":        ("Lrrrrrrrrrr", "Lrrrrrrrrrr"),
    "mfa_download_recovery_codes":        ("Lnnnnnnnnnn", "Lnnnnnnnnnn"),
}  # fmt: skip
DEVELOPMENT = {
    "gallery":                            ("ooooooooooo", "ooooooooooo"),
    "mail_previews":                      ("ooooooooooo", "mmmmmmmmmmm"),
    "mail_preview":                       ("ooooooooooo", "mmmmmmmmmmm"),
    "mail_preview_html":                  ("ooooooooooo", "mmmmmmmmmmm"),
}  # fmt: skip
