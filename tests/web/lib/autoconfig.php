<?php
// autoconfig.php BASE_URL ADDRESS: what Horde's autoconfiguration (package php-horde-mail-autoconfig)
// finds for an address, as JSON. Its HTTP client is replaced by one that asks BASE_URL whatever the
// host, which stands in the Host field.
spl_autoload_register(function ($class) { require str_replace('_', '/', $class) . '.php'; });

class Answer {
	public function __construct(public int $code, private string $body) {}
	public function getBody() { return $this->body; }
}

class Client {
	public function __construct(private string $base) {}
	public function get($url) {
		$parts = parse_url($url);
		$path = $parts['path'] . (isset($parts['query']) ? '?' . $parts['query'] : '');
		$context = stream_context_create(['http' => ['header' => "Host: {$parts['host']}", 'ignore_errors' => true]]);
		$body = file_get_contents($this->base . $path, false, $context);
		return new Answer((int) explode(' ', $http_response_header[0])[1], $body);
	}
}

[, $base, $address] = $argv;
$email = new Horde_Mail_Rfc822_Address($address);
$driver = new Horde_Mail_Autoconfig_Driver_Thunderbird();
$driver->http = new Client(rtrim($base, '/'));
echo json_encode([
	'mail' => $driver->mailSearch([$email->host], ['email' => $email]),
	'send' => $driver->msaSearch([$email->host], ['email' => $email]),
]);
