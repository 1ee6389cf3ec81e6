//! Where something is, and how far from here.

/// The mean radius of the earth.
const EARTH_METRES: f64 = 6_371_008.8;

/// A point on the earth, in degrees of WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// None where there is no such point, and where both are nought: nobody is there, and many who do not know say so.
    pub fn try_new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_one = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        let is_said = latitude != 0.0 || longitude != 0.0;
        (is_one && is_said).then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// How many metres as the crow flies, by the haversine formula: right to half a percent.
    pub fn metres_to(self, other: Self) -> u32 {
        let (here, there) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_north = ((there - here) / 2.0).sin();
        let half_east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let part = half_north.powi(2) + here.cos() * there.cos() * half_east.powi(2);
        let metres = 2.0 * EARTH_METRES * part.sqrt().min(1.0).asin();
        // Half around the earth is 20 million metres.
        metres.round() as u32
    }
}

/// A stretch of latitudes and longitudes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// From south to north.
    pub latitudes: (f64, f64),
    /// From west to east.
    pub longitudes: (f64, f64),
}

/// An area in which everything lies that is within so many metres; more may lie in it. Near a pole, and where the date
/// changes, it goes around the earth.
pub fn around(point: Point, metres: u32) -> Area {
    let north = (f64::from(metres) + 1.0) / EARTH_METRES;
    let (south_most, north_most) = (point.latitude - north.to_degrees(), point.latitude + north.to_degrees());
    let latitudes = (south_most.max(-90.0), north_most.min(90.0));
    let spread = north.sin() / point.latitude.to_radians().cos();
    let whole = north_most >= 90.0 || south_most <= -90.0 || north >= 1.0 || spread.abs() >= 1.0;
    let east = if whole { 360.0 } else { spread.asin().to_degrees() };
    let (west_most, east_most) = (point.longitude - east, point.longitude + east);
    let longitudes = if west_most < -180.0 || east_most > 180.0 { (-180.0, 180.0) } else { (west_most, east_most) };
    Area { latitudes, longitudes }
}
