// The tests use the system's browsers; puppeteer's own download is neither needed nor possible offline.
module.exports = {skipDownload: true};
