-- 0012: a browser is known by a cookie of its own, no longer by its address, which colleagues share
-- (lib/user/sign_in_throttle.h). client is an address, an IPv6 network, or a browser's number.

DELETE FROM sign_in_attempt;

ALTER TABLE sign_in_attempt DROP COLUMN known;
