-- The only things that Postfix and Dovecot see (beside mailbox_usage for Dovecot), named mail_*. Replaced at
-- every migration by CREATE OR REPLACE: never a moment without a view. Every lookup is by an
-- address or a domain, and comes down to unique keys.

CREATE OR REPLACE VIEW mail_domain AS
SELECT name FROM domain;

-- A domain by any of its spellings: utf8mb4, composed and decomposed, lower case; the A-label is one.
CREATE OR REPLACE VIEW mail_spelling AS
SELECT s.spelling, d.name
  FROM domain_spelling s
  JOIN domain d ON d.id = s.domain_id;

-- All mailboxes that are not deleted, active or not: who exists.
CREATE OR REPLACE VIEW mail_mailbox AS
SELECT m.address, m.id
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
 WHERE a.is_alias = 0 AND m.deleted = 0;

-- An alias in an inactive domain leads nowhere: it stays what it is, and mail_transport refuses it.
CREATE OR REPLACE VIEW mail_alias AS
SELECT a.address, m.address AS destination
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain ad ON ad.id = a.domain_id
 WHERE a.is_alias = 1 AND m.deleted = 0 AND ad.active = 1;

-- Refusals at RCPT TO, aliases included. action is NULL where nothing is refused.
CREATE OR REPLACE VIEW mail_recipient_access AS
SELECT a.address,
       CASE WHEN m.active = 0 OR md.active = 0 OR ad.active = 0 THEN '550 5.2.1 Mailbox disabled'
            WHEN m.quota_mb > 0 AND u.bytes >= m.quota_mb * 1048576 AND NOT EXISTS (
                   SELECT 1 FROM forward f WHERE f.mailbox_id = m.id AND f.keep_copy = 0
                      AND (f.ends_at = 0 OR f.ends_at > UNIX_TIMESTAMP() * 1000000)
                      AND EXISTS (SELECT 1 FROM forward_to t WHERE t.mailbox_id = m.id))
              THEN '452 4.2.2 Mailbox full'
       END AS action
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain md ON md.id = m.domain_id
  JOIN domain ad ON ad.id = a.domain_id
  LEFT JOIN mailbox_usage u ON u.username = m.address
 WHERE m.deleted = 0;

-- What is queued already, injected locally or bounced: inactive mailboxes answer by transport.
CREATE OR REPLACE VIEW mail_transport AS
SELECT a.address, 'error:5.2.1 Mailbox disabled' AS transport
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain md ON md.id = m.domain_id
  JOIN domain ad ON ad.id = a.domain_id
 WHERE m.deleted = 0 AND (m.active = 0 OR md.active = 0 OR ad.active = 0);

-- Every address that is taken, those of inactive and deleted mailboxes too: never caught.
CREATE OR REPLACE VIEW mail_known AS
SELECT address FROM address;

-- Who gets what goes to unknown addresses of a domain or an alias of it, as long as both take mail; is it full.
CREATE OR REPLACE VIEW mail_catch_all AS
SELECT d.name AS domain, m.address AS destination,
       m.quota_mb > 0 AND COALESCE(u.bytes, 0) >= m.quota_mb * 1048576 AS is_full
  FROM domain d
  JOIN domain o ON o.id = COALESCE(d.alias_of, d.id)
  JOIN mailbox m ON m.id = o.catch_all
  JOIN domain md ON md.id = m.domain_id
  LEFT JOIN mailbox_usage u ON u.username = m.address
 WHERE d.active = 1 AND o.active = 1 AND md.active = 1 AND m.active = 1 AND m.deleted = 0;

-- Gates of ways (table way) that are shut: an address on them is gone or takes no mail. The programs read
-- this one as well.
CREATE OR REPLACE VIEW mail_way_shut AS
SELECT g.list_id, g.mailbox_id, g.place
  FROM way_gate g
  LEFT JOIN address a ON a.id = g.address_id
  LEFT JOIN domain ad ON ad.id = a.domain_id
  LEFT JOIN mailbox m ON m.id = a.mailbox_id
  LEFT JOIN domain md ON md.id = m.domain_id
  LEFT JOIN mail_list l ON l.id = a.list_id
 WHERE COALESCE(ad.active = 1 AND ((m.deleted = 0 AND m.active = 1 AND md.active = 1) OR l.active = 1), 0) = 0;

-- Ways that are open now. The web program reads this one as well.
CREATE OR REPLACE VIEW mail_way_open AS
SELECT w.list_id, w.mailbox_id, w.destination, w.reached_id, w.delivers
  FROM way w
 WHERE w.starts_at <= UNIX_TIMESTAMP() * 1000000
   AND (w.ends_at = 0 OR w.ends_at > UNIX_TIMESTAMP() * 1000000)
   AND NOT EXISTS (SELECT 1 FROM mail_way_shut s
                    WHERE s.list_id = w.list_id AND s.mailbox_id = w.mailbox_id AND s.place = w.place);

-- Where mail to a list goes: nothing is nested. A member that is forwarded without a copy gets it if nobody
-- behind it does: there the mail would be lost.
CREATE OR REPLACE VIEW mail_list_way AS
SELECT a.address, w.destination
  FROM address a
  JOIN mail_list l ON l.id = a.list_id
  JOIN domain ad ON ad.id = a.domain_id
  JOIN mail_way_open w ON w.list_id = l.id AND w.mailbox_id = 0
 WHERE l.active = 1 AND ad.active = 1
   AND (w.delivers = 1 OR NOT EXISTS (SELECT 1 FROM mail_way_open o
                                       WHERE o.list_id = 0 AND o.mailbox_id = w.reached_id));

-- Where mail to a mailbox that is forwarded goes, itself included if a copy stays; the last one behind which
-- nobody takes mail keeps it, as in a list. None of these takes mail: no row, and it stays in the mailbox.
CREATE OR REPLACE VIEW mail_forward_way AS
SELECT a.address, w.destination
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain md ON md.id = m.domain_id
  JOIN mail_way_open w ON w.list_id = 0 AND w.mailbox_id = m.id
 WHERE a.is_alias = 0 AND m.deleted = 0 AND m.active = 1 AND md.active = 1
   AND (w.delivers = 1 OR NOT EXISTS (SELECT 1 FROM mail_way_open o
                                       WHERE o.list_id = 0 AND o.mailbox_id = w.reached_id));

-- Refusals at RCPT TO of lists: inactive ones and those that lead to nobody now; and the restriction of
-- main.cf for those that only the office may write to. Who is a member the journal's milter looks up.
CREATE OR REPLACE VIEW mail_list_access AS
SELECT a.address,
       CASE WHEN l.active = 0 OR ad.active = 0 OR NOT EXISTS (
                   SELECT 1 FROM mail_list_way x WHERE x.address = a.address)
              THEN '550 5.2.1 Mailbox disabled'
            WHEN l.who = 'office' OR (l.who = 'members' AND NOT EXISTS (
                   SELECT 1 FROM way o WHERE o.list_id = l.id AND o.mailbox_id = 0 AND o.reached_id = 0))
              THEN 'poststelle_office_only'
       END AS action
  FROM address a
  JOIN mail_list l ON l.id = a.list_id
  JOIN domain ad ON ad.id = a.domain_id;

-- A list that leads somewhere never gets to its own transport.
CREATE OR REPLACE VIEW mail_list_transport AS
SELECT address, 'error:5.2.1 Mailbox disabled' AS transport
  FROM address
 WHERE list_id IS NOT NULL;

-- Which log-in owns a sender address. Postfix knows a log-in by a name of its own: that of the shared
-- password is address/g and when that was made, that of an own one address/ and its number, so that a
-- password's end is the end of the log-in.
CREATE OR REPLACE VIEW mail_sender AS
SELECT a.address, CONCAT(m.address, '/g', m.password_changed_at) AS login
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
 WHERE m.deleted = 0;

CREATE OR REPLACE VIEW mail_sender_own AS
SELECT a.address, CONCAT(m.address, '/', o.id) AS login
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN own_password o ON o.mailbox_id = m.id
 WHERE m.deleted = 0 AND o.ended_at = 0;

-- What the log-in of an open session has to be still; tag is what stands behind the address.
CREATE OR REPLACE VIEW mail_session AS
SELECT m.address, CONCAT('g', m.password_changed_at) AS tag, m.may_send
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
 WHERE a.is_alias = 0 AND m.deleted = 0 AND m.own_only = 0;

CREATE OR REPLACE VIEW mail_session_own AS
SELECT m.address, o.id AS tag, m.may_send
  FROM own_password o
  JOIN mailbox m ON m.id = o.mailbox_id
 WHERE o.ended_at = 0 AND m.deleted = 0;

-- Dovecot: the same as mail_spelling, for a log-in with umlauts.
CREATE OR REPLACE VIEW mail_login_domain AS
SELECT s.spelling, d.name
  FROM domain_spelling s
  JOIN domain d ON d.id = s.domain_id;

-- Dovecot: log-in and storage. An inactive mailbox still logs in (reads and sends).
CREATE OR REPLACE VIEW mail_login AS
SELECT m.address, m.password_hash AS hash, m.password_changed_at AS made_at, m.may_send, m.may_log_in
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
 WHERE a.is_alias = 0 AND m.deleted = 0 AND m.own_only = 0 AND m.password_hash IS NOT NULL;

-- Own passwords that hold; the user's assignment is looked at beside it, as it may have ended on
-- another node of a cluster while the password was being made.
CREATE OR REPLACE VIEW mail_login_own AS
SELECT m.address, o.id, o.secret, m.may_send, m.may_log_in
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN own_password o ON o.mailbox_id = m.id
 WHERE a.is_alias = 0 AND m.deleted = 0 AND o.ended_at = 0
   AND EXISTS (SELECT 1 FROM assignment s JOIN user u ON u.id = s.user_id
                WHERE s.mailbox_id = m.id AND s.user_id = o.user_id AND s.removed_at = 0
                  AND u.active = 1);

-- Further addresses too: what was queued for the main address before it was renamed still arrives.
CREATE OR REPLACE VIEW mail_storage AS
SELECT a.address, m.address AS login, m.id, m.quota_mb, m.active = 1 AND d.active = 1 AS receives
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain d ON d.id = m.domain_id
 WHERE m.deleted = 0;

-- Dovecot: the absence note as a Sieve script, only while it holds: switched on, within its period,
-- of a mailbox that takes mail. id changes with every change of the script's text.
CREATE OR REPLACE VIEW mail_absence AS
SELECT a.address, 'absence' AS name, n.script_id AS id, n.script
  FROM address a
  JOIN mailbox m ON m.id = a.mailbox_id
  JOIN domain md ON md.id = m.domain_id
  JOIN absence n ON n.mailbox_id = m.id
 WHERE a.is_alias = 0 AND m.deleted = 0 AND m.active = 1 AND md.active = 1 AND n.active = 1
   AND n.starts_at <= UNIX_TIMESTAMP() * 1000000
   AND (n.ends_at = 0 OR n.ends_at > UNIX_TIMESTAMP() * 1000000);

-- What an import has written within these days and nobody has seen yet, and no other row: all that the
-- web program may ever delete of these tables.
CREATE OR REPLACE VIEW hidden_mailbox AS
SELECT * FROM mailbox
 WHERE deleted = 3 AND created_at > (UNIX_TIMESTAMP() - 30 * 86400) * 1000000;

CREATE OR REPLACE VIEW hidden_clock AS
SELECT * FROM mailbox_clock WHERE mailbox_id IN (SELECT id FROM hidden_mailbox);

CREATE OR REPLACE VIEW hidden_usage AS
SELECT * FROM mailbox_usage WHERE username IN (SELECT address FROM hidden_mailbox);
