package io.espalier.tls;

import io.espalier.proto.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a client's certificate names. It stands in the certificate as a URI among its alternative names, so that nothing
 * depends on how a distinguished name is spelt.
 */
public sealed interface CertifiedSubject {
    /** The URI in the certificate. */
    String uri();

    /** The subject's distinguished name, for people and for servers that know nothing else. */
    String distinguishedName();

    /** A device of a tenant. */
    record Device(String tenant, DeviceId id) implements CertifiedSubject {
        public Device {
            requireName("Tenant", tenant);
        }

        @Override
        public String uri() {
            return "urn:espalier:device:" + tenant + ":" + id;
        }

        @Override
        public String distinguishedName() {
            return "CN=" + id + ",OU=" + tenant + ",O=Espalier device";
        }
    }

    /** A program of the operator's, such as the controller. */
    record Service(String name) implements CertifiedSubject {
        /** The service that may do everything. */
        public static final String CONTROLLER = "controller";

        public Service {
            requireName("Service", name);
        }

        @Override
        public String uri() {
            return "urn:espalier:service:" + name;
        }

        @Override
        public String distinguishedName() {
            return "CN=" + name + ",OU=service,O=Espalier service";
        }
    }

    /** Empty where the certificate names neither, or more than one; whether it is to be believed is not asked here. */
    static Optional<CertifiedSubject> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null || names.size() != 1) {
                return Optional.empty();
            }
            List<?> only = names.iterator().next();
            return only.get(0) instanceof Integer type && type == Names.URI && only.get(1) instanceof String uri
                    ? parse(uri)
                    : Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty(); // What cannot be read names nobody.
        }
    }

    private static Optional<CertifiedSubject> parse(String uri) {
        Matcher device = Names.DEVICE.matcher(uri);
        if (device.matches()) {
            return Optional.of(new Device(device.group(1), new DeviceId(device.group(2))));
        }
        Matcher service = Names.SERVICE.matcher(uri);
        return service.matches() ? Optional.of(new Service(service.group(1))) : Optional.empty();
    }

    private static void requireName(String what, String name) {
        if (!Names.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + " \"" + name + "\" is not legal: use 1 to 64 letters, digits, hyphens or underscores");
        }
    }

    /** How names are written. */
    final class Names {
        private static final int URI = 6; // uniformResourceIdentifier, RFC 5280 section 4.2.1.6
        private static final String LEGAL = "[A-Za-z0-9_-]{1,64}";
        private static final Pattern NAME = Pattern.compile(LEGAL);
        private static final Pattern DEVICE = Pattern.compile("urn:espalier:device:(" + LEGAL + "):(" + LEGAL + ")");
        private static final Pattern SERVICE = Pattern.compile("urn:espalier:service:(" + LEGAL + ")");

        private Names() {}
    }
}
