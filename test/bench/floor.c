/*
 * The floor in C: what floor.ts does with a NOTIFY, without Node. It trusts every byte, and presses no key.
 * Arguments: PBX's port, folder of the bits.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEYS = 16, FIRST_LINE = 201 };

static const char *const echoed[] = {"Via:", "From:", "To:", "Call-ID:", "CSeq:", NULL};

static size_t answer(char *out, const char *notify) {
  size_t length = sprintf(out, "SIP/2.0 200 OK\r\n");
  for (const char *at = strstr(notify, "\r\n") + 2; *at != '\r';) {
    const char *end = strstr(at, "\r\n") + 2;
    for (const char *const *name = echoed; *name; name++)
      if (strncmp(at, *name, strlen(*name)) == 0) length += sprintf(out + length, "%.*s", (int)(end - at), at);
    at = end;
  }
  return length + sprintf(out + length, "Content-Length: 0\r\n\r\n");
}

int main(int count, char **args) {
  if (count < 3) return 2;
  int port = atoi(args[1]), leds[KEYS], room = 1 << 20, udp = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, pbx = own;
  socklen_t size = sizeof own;
  static char in[1 << 16], out[1 << 16];
  pbx.sin_port = htons(port);
  setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (bind(udp, (struct sockaddr *)&own, size) || getsockname(udp, (struct sockaddr *)&own, &size)) return 1;
  for (int i = 0; i < KEYS; i++) {
    int line = FIRST_LINE + i, length;
    snprintf(out, sizeof out, "%s/led_%d", args[2], i);
    leds[i] = open(out, O_WRONLY | O_CREAT, 0644);
    length = sprintf(out,
                     "SUBSCRIBE sip:%d@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKs%d\r\n"
                     "Max-Forwards: 70\r\nFrom: <sip:floor@127.0.0.1>;tag=s%d\r\nTo: <sip:%d@127.0.0.1>\r\nCall-ID: s%d\r\n"
                     "CSeq: 1 SUBSCRIBE\r\nContact: <sip:floor@127.0.0.1:%d>\r\nEvent: dialog\r\nExpires: 600\r\n"
                     "Content-Length: 0\r\n\r\n",
                     line, port, ntohs(own.sin_port), i, i, line, i, ntohs(own.sin_port));
    sendto(udp, out, length, 0, (struct sockaddr *)&pbx, sizeof pbx);
  }
  for (;;) {
    ssize_t length = recv(udp, in, sizeof in - 1, 0);
    if (length < 0) return 1;
    in[length] = 0;
    if (strncmp(in, "NOTIFY", 6) != 0) continue;
    const char *body = strstr(in, "\r\n\r\n");
    int key = atoi(strstr(body, "entity=\"sip:") + 12) - FIRST_LINE;
    int dark = strncmp(strstr(body, "<state>") + 7, "terminated", 10) == 0;
    if (key >= 0 && key < KEYS && pwrite(leds[key], dark ? "0" : "1", 1, 0) != 1) return 1;
    sendto(udp, out, answer(out, in), 0, (struct sockaddr *)&pbx, sizeof pbx);
  }
}
