# Caretaker behind Varnish: sick while readiness is not exactly 200.
vcl 4.1;

probe ready {
  .url = "/health/ready";
  .expected_response = 200;
  .interval = 2s;
  .timeout = 1s;
  .window = 5;
  .threshold = 3;
}

backend api {
  .host = "127.0.0.1";
  .port = "3000";
  .probe = ready;
}
