/* By sockets and what else reaches others without a file: the container has no network. */
#include "attempts.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(int family, const void *address, socklen_t length) {
    int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = client < 0 ? errno : result(connect(client, address, length));
    close(client);
    return error;
}

static int abstract_socket(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "%s", prey.socket);
    return connect_to(AF_UNIX, &name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length));
}

static int loopback_server(void) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)prey.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect_to(AF_INET, &address, sizeof address);
}

/* An address that isn't of the loopback interface, which is all that there is inside. */
static int other_interface(void) {
    struct if_nameindex *interfaces = if_nameindex();
    for (struct if_nameindex *at = interfaces; at != NULL && at->if_index != 0; at++) {
        if (strcmp(at->if_name, "lo") != 0) {
            return 0;
        }
    }
    return interfaces == NULL ? errno : ENODEV;
}

/* Frames of other interfaces, as ARP spoofing or listening need them. */
static int packet_socket(void) {
    int raw = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    struct if_nameindex *interfaces = raw < 0 ? NULL : if_nameindex();
    int held = raw < 0 ? errno : ENODEV;
    for (struct if_nameindex *at = interfaces; at != NULL && at->if_index != 0; at++) {
        struct sockaddr_ll address = {
            .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)at->if_index};
        if (strcmp(at->if_name, "lo") != 0) {
            held = result(bind(raw, (struct sockaddr *)&address, sizeof address));
        }
    }
    return held;
}

/* To an address for documentation: that there is a way is enough. */
static int raw_packet(void) {
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct icmphdr echo = {.type = ICMP_ECHO, .checksum = 0xfff7};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("192.0.2.1")};
    int error = raw < 0 ? errno : result(sendto(raw, &echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to));
    close(raw);
    return error;
}

static int datagram(void) {
    int client = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = inet_addr("192.0.2.1")};
    return result(connect(client, (struct sockaddr *)&to, sizeof to));
}

/* To the hypervisor. */
static int machine_socket(void) {
    return result(socket(AF_VSOCK, SOCK_STREAM, 0));
}

static int new_interface(void) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
    } request = {.header = {.nlmsg_len = sizeof request,
                            .nlmsg_type = RTM_NEWLINK,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
                 .info = {.ifi_index = 1, .ifi_change = IFF_PROMISC, .ifi_flags = 0}};
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[256];
    } answer;
    int kernel = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (kernel < 0 || send(kernel, &request, sizeof request, 0) < 0 || recv(kernel, &answer, sizeof answer, 0) < 0) {
        return errno;
    }
    return -answer.error.error;
}

static int message_queue(void) {
    return result(mq_open(prey.queue, O_RDWR));
}

static int shared_memory(void) {
    return result(shmget(prey.memory, 4096, 0));
}

const struct attempt network_attempts[] = {{"abstract-socket-of-host", abstract_socket, CHROOT, 0},
                                           {"loopback-of-host", loopback_server, CHROOT, 0},
                                           {"interface-of-host", other_interface, CHROOT, 0},
                                           {"packet-socket", packet_socket, CHROOT, 0},
                                           {"raw-packet", raw_packet, CHROOT, 0},
                                           {"datagram", datagram, CHROOT, 0},
                                           {"vsock", machine_socket, CHROOT, 0},
                                           {"change-interface", new_interface, CHROOT, 0},
                                           {"message-queue-of-host", message_queue, CHROOT, 0},
                                           {"shared-memory-of-host", shared_memory, CHROOT, 0},
                                           {NULL, NULL, CHROOT, 0}};
