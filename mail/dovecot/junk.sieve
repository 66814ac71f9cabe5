# junk.sieve: mail that a spam filter marked (rspamd, SpamAssassin) goes to Junk. Asked after the absence
# note, which doesn't answer it, and before a script of a user's own.
require ["fileinto", "special-use"];
if anyof (header :contains ["x-spam", "x-spam-flag"] "yes", header :matches "x-spam-status" "yes*") {
	fileinto :specialuse "\\Junk" "Junk"; # whatever folders.conf calls it
	stop;
}
