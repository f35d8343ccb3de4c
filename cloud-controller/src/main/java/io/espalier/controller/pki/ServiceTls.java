package io.espalier.controller.pki;

import java.util.Map;
import javax.net.ssl.SSLContext;

/** What the controller shows where it is a client itself, and whom it believes: the authority, and whomever that vouches for. */
public interface ServiceTls {
    /** For a connection that is made now. */
    SSLContext context();

    /** What makes a Kafka client that is made now speak TLS. */
    Map<String, Object> kafkaSettings();
}
